/** What this is, whose work it stands on, and what the keys do. */
export const about = {
  heading: 'About DCS Studio',
  lead: 'A picture here is not made of pixels but of a latent: a small grid with several levels of detail. A diffusion transformer grows it level by level from noise and your words. A decoder then draws it at any size.',
  points: {
    causal:
      'Levels are causal: what is finished never changes when more detail is added. That is why you can stop early and go on later.',
    size: 'Size is independent of detail: the same latent is drawn at 64 or 1024 pixels without being generated again.',
    here: 'Everything runs on this machine, in a worker of this browser tab. No prompt and no picture leaves it.',
  },
  method:
    'The method is DCS-LDM, from \u201cDecoupling Complexity from Scale in Latent Diffusion Model\u201d. This is an independent open implementation with models trained for it.',
  model: 'Model',
  modelFacts: '{{description}} Licence: {{licence}}. Made: {{date}}.',
  credits: 'Made from the work of',
  by: 'by {{author}} ({{licence}})',
  software: 'Made with',
  softwareList: '{{libraries}}. DCS Studio itself is Apache-2.0.',
  keys: {
    generate: 'Generate',
    generateInPrompt: 'Generate, in the prompt',
    stop: 'Stop and keep what is finished',
    level: 'Show that level',
    compare: 'Compare: hold this view beside the next',
    zoom: 'Zoom in, out, and back to the whole picture',
    undo: 'Take back a setting; with Shift, forward again',
    earlier: 'Earlier prompts, in the prompt',
  },
} as const;
