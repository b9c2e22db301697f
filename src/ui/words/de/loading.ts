import type { loading as english } from '../en/loading';
import type { Wording } from '../wording';

export const loading: Wording<typeof english> = {
  title: 'Das Modell wird geladen',
  fromNetwork: 'Das geschieht nur einmal. Es bleibt für das nächste Mal in diesem Browser.',
  fromCache: 'Es wird aus diesem Browser gelesen.',
  here: 'Alles läuft auf diesem Gerät: Kein Prompt und kein Bild verlässt es jemals.',
  progress: '{{loaded}} von {{total}}',
  compiling: 'Bereitet {{graph}} vor',
  starting: 'Fragt nach dem Modell',
  choosing: 'Probiert die Hardware aus',
};
