/** The page as a whole: its name, its settings, where the model runs. */
export const page = {
  name: 'DCS Studio',
  description:
    'A picture grows level by level in your browser, and the same latent is drawn at any size.',
  about: 'About',
  theme: 'Appearance',
  themes: { system: 'Same as the device', light: 'Light', dark: 'Dark' },
  language: 'Language',
  languages: { system: 'Same as the browser', en: 'English', de: 'Deutsch' },
  shortcuts: 'Keyboard shortcuts',
  keys: { control: 'Ctrl', enter: 'Enter', escape: 'Esc', alt: 'Alt' },
  close: 'Close',
  skip: 'Skip to the picture',
  explain: 'Explain {{name, lowercase}}',
  dropHere: 'Drop the file to open it',
  status: {
    absent: 'No model',
    loading: 'Loading',
    failed: 'Not running',
    webgpu: 'WebGPU',
    wasm: 'WASM',
    native: 'Native',
    fake: 'Fake engine',
  },
  backends: {
    webgpu: 'Graphics processor, through WebGPU',
    wasm: 'Processor, through WebAssembly',
    native: 'Processor, natively',
    fake: 'Nothing: the pictures are made up',
  },
} as const;
