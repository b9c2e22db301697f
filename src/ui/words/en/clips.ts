/** Clips: how long, how quick, and playing them. */
export const clips = {
  medium: {
    label: 'Length',
    help: 'A picture, or a clip of so many seconds. A clip grows level by level too; it takes longer, for each second holds as many patches as several pictures.',
    picture: 'Picture',
    clip: '{{seconds}} s',
    none: 'This model makes pictures.',
    useClips: 'Change to the one for clips',
    fetchClips: 'Change to the one for clips ({{size}} to fetch)',
  },
  fps: {
    label: 'Frame rate',
    help: 'Draws the same clip again with more or fewer frames a second. Nothing is generated again: the clip knows its motion between frames.',
    value: '{{fps}} frames/s',
  },
  alt: 'Clip of: {{prompt}}. Level {{level}}, {{width}} by {{height}} pixels.',
  altNoPrompt: 'Clip without a prompt. Level {{level}}, {{width}} by {{height}} pixels.',
  facts: '{{seconds, number}} s, {{fps}} frames/s',
  play: 'Play',
  pause: 'Pause',
  position: 'Position in the clip',
  frameOf: 'Frame {{frame}} of {{of}}',
  reading: 'Drawing frame {{frame}} of {{of}}',
} as const;
