import type { files as english } from '../en/files';
import type { Wording } from '../wording';

export const files: Wording<typeof english> = {
  download: 'PNG herunterladen',
  latent: 'Latent herunterladen',
  latentHelp_one:
    'Das Bild selbst, bevor es eine Größe hat: eine kleine Datei mit {{count}} Stufe, aus der es in jeder Größe neu gezeichnet werden kann.',
  latentHelp_other:
    'Das Bild selbst, bevor es eine Größe hat: eine kleine Datei mit {{count}} Stufen, aus der es in jeder Größe neu gezeichnet werden kann.',
  open: 'Öffnen',
  openHelp:
    'Holt ein Bild aus seiner .dcs-Datei zurück, oder aus einem hier heruntergeladenen PNG oder MP4, samt Prompt und Seed. Es lässt sich in jeder Größe zeichnen und um Stufen erweitern. Dateien können auch auf der Seite abgelegt werden.',
  copy: 'Bild kopieren',
  copied: 'Bild kopiert',
  share: 'Link kopieren',
  shared: 'Link kopiert',
  shareHelp:
    'Ein Link zu genau diesem Bild: Sein Latent steht im Link selbst, hinter dem #; diesen Teil bekommt kein Server zu sehen. Ein Bild, das für einen Link zu groß ist, wird stattdessen durch Prompt und Einstellungen beschrieben.',
  clip: 'Clip herunterladen',
  clipFormats: {
    mp4: 'MP4-Video',
    webm: 'WebM-Video',
    gif: 'Animiertes GIF',
    zip: 'Einzelbilder als PNG, gezippt',
  },
  missingFrames:
    'Der Clip hat bisher {{read}} von {{frames}} Einzelbildern. Bitte warten, bis alle gezeichnet sind, und es dann noch einmal versuchen.',
  noEncoder:
    'Dieser Browser kann {{format}} in dieser Größe nicht schreiben. Stattdessen das GIF oder die Einzelbilder nehmen oder den Clip verkleinern.',
  noVideo: 'Der Video-Encoder hat keine Datei geliefert. Bitte noch einmal versuchen.',
  noPngCanvas:
    'Dieser Browser hat keine Zeichenfläche für das PNG geliefert. Bitte einige Tabs schließen und es noch einmal versuchen.',
  noClipCanvas:
    'Dieser Browser hat keine Zeichenfläche für den Clip geliefert. Bitte einige Tabs schließen und es noch einmal versuchen.',
};
