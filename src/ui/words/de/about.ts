import type { about as english } from '../en/about';
import type { Wording } from '../wording';

export const about: Wording<typeof english> = {
  heading: 'Über DCS Studio',
  lead: 'Ein Bild besteht hier nicht aus Pixeln, sondern aus einem Latent: einem kleinen Gitter mit mehreren Detailstufen. Ein Diffusion-Transformer lässt es Stufe für Stufe wachsen, aus Rauschen und Worten. Ein Decoder zeichnet es dann in jeder Größe.',
  points: {
    causal:
      'Stufen sind kausal: Was fertig ist, ändert sich nie, wenn Details hinzukommen. Darum geht beides: früh anhalten und später weitermachen.',
    size: 'Größe ist unabhängig von Details: Dasselbe Latent wird mit 64 oder 1024 Pixeln gezeichnet, ohne neu erzeugt zu werden.',
    here: 'Alles läuft auf diesem Gerät, in einem Worker dieses Browser-Tabs. Kein Prompt und kein Bild verlässt es.',
  },
  method:
    'Das Verfahren ist DCS-LDM, aus \u201eDecoupling Complexity from Scale in Latent Diffusion Model\u201c. Dies ist eine unabhängige offene Umsetzung mit eigens dafür trainierten Modellen.',
  model: 'Modell',
  modelFacts: '{{description}} Lizenz: {{licence}}. Erstellt: {{date}}.',
  credits: 'Entstanden aus der Arbeit von',
  by: 'von {{author}} ({{licence}})',
  software: 'Gebaut mit',
  softwareList: '{{libraries}}. DCS Studio selbst steht unter Apache-2.0.',
  keys: {
    generate: 'Erzeugen',
    generateInPrompt: 'Erzeugen, im Prompt',
    stop: 'Anhalten und behalten, was fertig ist',
    level: 'Diese Stufe zeigen',
    compare: 'Vergleichen: diese Ansicht neben die nächste legen',
    zoom: 'Vergrößern, verkleinern, zurück zum ganzen Bild',
    undo: 'Eine Einstellung zurücknehmen; mit Umschalt wieder vor',
    earlier: 'Frühere Prompts, im Prompt',
  },
};
