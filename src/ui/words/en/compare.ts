/** Two views under a divider, and one latent at every level and size. */
export const compare = {
  toggle: 'Compare',
  sideBySide: 'Side by side',
  divider: 'Divider between the pinned view and the picture',
  pinned: 'Pinned of: {{prompt}}. Level {{level}}, {{width}} by {{height}} pixels.',
  pinnedNoPrompt: 'Pinned. Level {{level}}, {{width}} by {{height}} pixels.',
  short: 'Level {{level}}, {{width}} \u00d7 {{height}} px',
  outputs: {
    open: 'All sizes',
    openClip: 'All sizes and rates',
    heading: 'One latent, many pictures',
    lead: 'Every level at every size, drawn from the one latent of this picture. Nothing is generated again.',
    leadClip:
      'Every level at the sizes and frame rates you choose, drawn from the one latent of this clip. Nothing is generated again. What would not fit into memory cannot be chosen.',
    sizes: 'Sizes',
    rates: 'Frame rates',
    fps: '{{fps}} frames/s',
    drawn: '{{drawn}} of {{of}} drawn',
    size: '{{size}} px',
    level: 'Level {{level}}',
    cell: 'Level {{level}}, {{width}} by {{height}} pixels',
    cellClip: 'Level {{level}}, {{width}} by {{height}} pixels, {{fps}} frames a second',
    download: 'Download as one PNG',
    downloadClips: 'Download all clips',
  },
} as const;
