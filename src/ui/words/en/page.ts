/** The page as a whole: its name, its settings, where the model runs. */
export const page = {
  name: 'DCS Studio',
  about: 'About',
  theme: 'Appearance',
  themes: { system: 'Same as the device', light: 'Light', dark: 'Dark' },
  language: 'Language',
  languages: { system: 'Same as the browser', en: 'English', de: 'Deutsch' },
  shortcuts: 'Keyboard shortcuts',
  close: 'Close',
  skip: 'Skip to the picture',
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
