import type { benchmarks as english } from '../en/benchmarks';
import type { Wording } from '../wording';

export const benchmarks: Wording<typeof english> = {
  open: 'Geschwindigkeit messen',
  heading: 'Geschwindigkeit',
  lead: 'Erzeugt dasselbe kleine Bild {{runs}}-mal, nach einem zum Aufwärmen, mit {{steps}} Schritten je Stufe, und decodiert es in jeder Größe. Gezeigt wird jeweils der mittlere Wert. Prompt, Einstellungen und Bilder bleiben unberührt.',
  honest:
    'Zeiten schwanken: mit anderen Tabs und Programmen, mit Wärme und Akku und von Browser zu Browser. Vergleichbar ist nur, was mit demselben Modell, demselben Build und gleich vielen Threads lief.',
  start: 'Messen',
  again: 'Noch einmal messen',
  cancel: 'Abbrechen',
  busy: 'Gerade entsteht ein Bild. Anhalten oder verwerfen, dann messen.',
  notReady: 'Das Modell ist noch nicht geladen.',
  progress: 'Bild {{number}} von {{of}}',
  what: 'Was',
  median: 'Mitte',
  range: 'Von bis',
  load: 'Modell laden, einmal',
  text: 'Prompt lesen',
  step: 'Stufe {{level}}, ein Schritt',
  level: 'Stufe {{level}}, alle Schritte',
  picture: 'Das ganze Bild',
  decode: 'Decodieren mit {{sizePx}} px',
  to: '{{min}} bis {{max}}',
  copy: 'JSON kopieren',
  copied: 'JSON kopiert',
  download: 'JSON herunterladen',
  failed:
    'Die Messung ist fehlgeschlagen: {{message}} Nichts ist verloren; noch einmal messen oder das Modell neu laden.',
};
