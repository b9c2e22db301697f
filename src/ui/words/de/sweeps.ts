import type { sweeps as english } from '../en/sweeps';
import type { Wording } from '../wording';

export const sweeps: Wording<typeof english> = {
  open: 'X/Y-Raster',
  heading: 'Ein Raster über zwei Einstellungen',
  lead: 'Immer derselbe Prompt; eine Einstellung wechselt von links nach rechts, eine andere von oben nach unten. Alles Übrige bleibt, wie es eingestellt ist.',
  x: 'Nach rechts',
  y: 'Nach unten',
  axisHelp:
    'Was sich auf dieser Seite ändert. Stufen und Größen werden aus einem Bild gezeichnet und kosten keine eigene Erzeugung.',
  axes: {
    steps: 'Schritte',
    guidance: 'Führung',
    seed: 'Seed',
    levels: 'Stufen',
    aspect: 'Form',
    size: 'Größe',
  },
  values: 'Werte, durch Kommas getrennt',
  problems: {
    empty: 'Mindestens einen Wert angeben.',
    'too-many': 'Auf eine Seite passen höchstens {{most}} Werte.',
    'not-a-value': '„{{found}}“ geht hier nicht. Zum Beispiel: {{example}}',
  },
  same: 'Beide Seiten ändern dieselbe Einstellung. Für eine davon eine andere wählen.',
  cost_one:
    '{{count}} Bild entsteht für {{cells}} Felder. Es bleibt unter den eigenen Bildern erhalten.',
  cost_other:
    '{{count}} Bilder entstehen für {{cells}} Felder. Sie bleiben unter den eigenen Bildern erhalten.',
  start: 'Raster erzeugen',
  waiting: 'Beginnt, wenn das Modell bereit ist',
  progress: '{{drawn}} von {{cells}} Feldern sind gezeichnet.',
  cancel: 'Den Rest abbrechen',
  again: 'Neues Raster',
  download: 'Als ein PNG herunterladen',
  value: '{{axis}} {{value}}',
  openCell: 'Öffnen: {{x}}, {{y}}',
  missing: '{{x}}, {{y}}: nicht gezeichnet',
};
