/** Measuring the model on this machine. */
export const benchmarks = {
  open: 'Benchmark',
  heading: 'Benchmark',
  lead: 'Makes the same small picture {{runs}} times after one to warm up, with {{steps}} steps a level, and decodes it at each size. The middle of each time is shown. Your prompt, settings and pictures are not touched.',
  honest:
    'Times vary: with other tabs and programs at work, with heat and battery, and from browser to browser. Compare only what ran on the same model, build and number of threads.',
  start: 'Measure',
  again: 'Measure again',
  cancel: 'Cancel',
  busy: 'A picture is being made. Stop or discard it, then measure.',
  notReady: 'The model is not loaded yet.',
  progress: 'Picture {{number}} of {{of}}',
  what: 'What',
  median: 'Middle',
  range: 'Least to most',
  load: 'Loading the model, once',
  text: 'Reading the prompt',
  step: 'Level {{level}}, a step',
  level: 'Level {{level}}, all steps',
  picture: 'The whole picture',
  decode: 'Decoding at {{sizePx}} px',
  to: '{{min}} to {{max}}',
  copy: 'Copy JSON',
  copied: 'JSON copied',
  download: 'Download JSON',
  failed:
    'The benchmark failed: {{message}} Nothing of yours is lost; measure again, or load the model again.',
} as const;
