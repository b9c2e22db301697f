import type { downloads as english } from '../en/downloads';
import type { Wording } from '../wording';

export const downloads: Wording<typeof english> = {
  more: 'Andere Formate und Dateinamen',
  formats: { webp: 'WebP', jpeg: 'JPEG', avif: 'AVIF' },
  pixelsOnly: 'nur das Bild; das Latent reist in einer PNG-Datei mit',
  cannotWrite: 'dieser Browser kann es nicht schreiben',
  noEncoder:
    'Dieser Browser kann keine {{format}}-Dateien schreiben. Stattdessen das PNG herunterladen.',
  names: 'Dateinamen',
  namesLead:
    'So heißen heruntergeladene Dateien. Lücken in geschweiften Klammern werden bei jeder Datei ausgefüllt.',
  template: 'Vorlage',
  preview: 'Ein Bild',
  previewLatent: 'Sein Latent',
  pictureFile: '{{stem}}.png',
  latentFile: '{{stem}}.dcs',
  blanks: 'Lücken',
  blankFacts: {
    prompt: 'die Wörter des Prompts',
    seed: 'der Seed',
    level: 'die gezeigte Stufe',
    size: 'Breite und Höhe in Pixeln',
    fps: 'Bilder pro Sekunde, bei Clips',
    steps: 'Schritte des Samplers',
    guidance: 'die Führung',
    model: 'der Kurzname des Modells',
    date: 'der Tag des Herunterladens',
    time: 'die Uhrzeit des Herunterladens',
  },
  leftOut:
    'Ein Wort, für dessen Lücke eine Datei nichts hat, fällt weg: Ein Latent hat keine Größe.',
  unknown: '„{{blanks}}“ ist keine Lücke und bleibt stehen.',
  reset: 'Übliche Namen verwenden',
  missing: {
    title: 'Das ließ sich nicht öffnen',
    text: 'Ein Teil der Seite konnte nicht geladen werden. Verbindung prüfen, Seite neu laden und noch einmal versuchen. Die Bilder bleiben erhalten.',
  },
};
