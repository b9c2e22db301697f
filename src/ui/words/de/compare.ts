import type { compare as english } from '../en/compare';
import type { Wording } from '../wording';

export const compare: Wording<typeof english> = {
  toggle: 'Vergleichen',
  sideBySide: 'Nebeneinander',
  divider: 'Trennlinie zwischen der angehefteten Ansicht und dem Bild',
  pinned: 'Angeheftetes Bild von: {{prompt}}. Stufe {{level}}, {{width}} mal {{height}} Pixel.',
  pinnedNoPrompt: 'Angeheftet. Stufe {{level}}, {{width}} mal {{height}} Pixel.',
  short: 'Stufe {{level}}, {{width}} \u00d7 {{height}} px',
  outputs: {
    open: 'Alle Größen',
    openClip: 'Alle Größen und Raten',
    heading: 'Ein Latent, viele Bilder',
    lead: 'Jede Stufe in jeder Größe, gezeichnet aus dem einen Latent dieses Bildes. Nichts wird neu erzeugt.',
    leadClip:
      'Jede Stufe in den gewählten Größen und Bildraten, gezeichnet aus dem einen Latent dieses Clips. Nichts wird neu erzeugt. Was nicht in den Speicher passt, lässt sich nicht wählen.',
    sizes: 'Größen',
    rates: 'Bildraten',
    fps: '{{fps}} Bilder/s',
    drawn: '{{drawn}} von {{of}} gezeichnet',
    size: '{{size}} px',
    level: 'Stufe {{level}}',
    cell: 'Stufe {{level}}, {{width}} mal {{height}} Pixel',
    cellClip: 'Stufe {{level}}, {{width}} mal {{height}} Pixel, {{fps}} Bilder je Sekunde',
    download: 'Als ein PNG herunterladen',
    downloadClips: 'Alle Clips herunterladen',
  },
};
