import type { runs as english } from '../en/runs';
import type { Wording } from '../wording';

export const runs: Wording<typeof english> = {
  generate: 'Erzeugen',
  generateWaiting: 'Beginnt, sobald das Modell bereit ist',
  generating: 'Erzeugt',
  percent: '{{percent}} %',
  stop: 'Stopp',
  stopping: 'Hält an',
  discard: 'Verwerfen',
  waitingCancel: 'Nicht beginnen',
  addToQueue: 'Einreihen',
  continueTo: 'Weiter bis Stufe {{level}}',
  continueHelp_one: 'Gibt diesem Bild mehr Details. Seine Stufe 1 bleibt genau, wie sie ist.',
  continueHelp_other:
    'Gibt diesem Bild mehr Details. Seine {{count}} Stufen bleiben genau, wie sie sind.',
  stopHelp: {
    waiting: 'Hält an, sobald Stufe 1 fertig ist. Erneutes Drücken hält sofort an.',
    noLevel: 'Stopp wartet auf Stufe 1 und behält sie. Verwerfen löscht den Lauf.',
    levels_one: 'Stopp behält {{count}} Stufe. Verwerfen löscht den Lauf.',
    levels_other: 'Stopp behält {{count}} Stufen. Verwerfen löscht den Lauf.',
  },
  noPicture: 'Noch kein Bild',
  levelOf: 'Stufe {{level}} von {{of}}',
  stepOf: 'Schritt {{step}} von {{of}}',
  progress: 'Fortschritt des Laufs',
  starting: 'Liest den Prompt',
  timeLeft: 'noch etwa {{duration}}',
  secondLeft: 'noch weniger als 1 s',
  queue: {
    heading_one: '{{count}} Lauf wartet',
    heading_other: '{{count}} Läufe warten',
    clear: 'Alle abbrechen',
    goOn: 'Fortfahren',
    remove: 'Diesen Lauf abbrechen: {{name}}',
    sooner: 'Früher: {{name}}',
    picture: '{{prompt}} \u00b7 Seed {{seed}}',
    noPrompt: 'Kein Prompt',
    finish: 'Fertigstellen: {{prompt}}',
    finishNoPrompt: 'Fertigstellen: kein Prompt',
  },
};
