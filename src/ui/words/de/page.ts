import type { page as english } from '../en/page';
import type { Wording } from '../wording';

export const page: Wording<typeof english> = {
  name: 'DCS Studio',
  description:
    'Ein Bild wächst Stufe für Stufe im Browser, und dasselbe Latent wird in jeder Größe gezeichnet.',
  about: 'Über',
  theme: 'Erscheinungsbild',
  themes: { system: 'Wie das Gerät', light: 'Hell', dark: 'Dunkel' },
  language: 'Sprache',
  languages: { system: 'Wie der Browser', en: 'English', de: 'Deutsch' },
  shortcuts: 'Tastenkürzel',
  keys: { control: 'Strg', enter: 'Enter', escape: 'Esc', alt: 'Alt' },
  close: 'Schließen',
  skip: 'Zum Bild springen',
  explain: '{{name}} erklären',
  dropHere: 'Datei zum Öffnen hier ablegen',
  status: {
    absent: 'Kein Modell',
    loading: 'Lädt',
    failed: 'Läuft nicht',
    webgpu: 'WebGPU',
    wasm: 'WASM',
    native: 'Nativ',
    fake: 'Scheinmodell',
  },
  backends: {
    webgpu: 'Grafikprozessor, über WebGPU',
    wasm: 'Prozessor, über WebAssembly',
    native: 'Prozessor, nativ',
    fake: 'Nichts: die Bilder sind erfunden',
  },
};
