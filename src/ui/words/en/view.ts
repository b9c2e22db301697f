/** The picture: how it is looked at, drawn again and taken along. */
export const view = {
  heading: 'Picture',
  empty: {
    title: 'A picture grows here, level by level',
    text: 'The first level is a whole picture with little detail. Each further level adds detail and changes nothing below it. When it is done, one latent is drawn at any size you like.',
  },
  alt: 'Picture of: {{prompt}}. Level {{level}}, {{width}} by {{height}} pixels.',
  altNoPrompt: 'Picture without a prompt. Level {{level}}, {{width}} by {{height}} pixels.',
  levels: 'Levels',
  coarsest: '{{level}} \u00b7 coarse',
  finest: '{{level}} \u00b7 fine',
  showLevel: 'Show level {{level}}',
  growTo: 'Continue to level {{level}}',
  growing: 'Watch level {{level}} grow, {{percent}} %',
  notYet: 'Level {{level}}, not yet',
  size: {
    label: 'Size',
    help: 'Draws the same latent again at another size. The picture is not generated again: only the last part of the decoder runs.',
    value: '{{width}} \u00d7 {{height}} px',
  },
  detail: {
    label: 'Detail',
    help: 'Shows the picture with fewer levels, as it was while it grew.',
    value: 'Level {{level}} of {{of}}',
  },
  drawnIn: 'drawn in {{duration}}',
} as const;
