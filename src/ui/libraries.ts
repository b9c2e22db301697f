/** What the page is made with, and under which licence; NOTICE names whose it is. */
export const LIBRARIES = [
  'React (MIT)',
  'React Aria (Apache-2.0)',
  'Zustand (MIT)',
  'use-gesture (MIT)',
  'i18next and react-i18next (MIT)',
  'Comlink (Apache-2.0)',
  'ONNX Runtime Web (MIT)',
  'Tokenizers (Apache-2.0)',
  'driver.js (MIT)',
  'Workbox (MIT)',
  'Geist (OFL-1.1)',
] as const;
