import type { announcements as english } from '../en/announcements';
import type { Wording } from '../wording';

export const announcements: Wording<typeof english> = {
  modelReady: 'Das Modell ist bereit.',
  runStarted: 'Erzeugt bis Stufe {{level}}.',
  levelFinished: 'Stufe {{level}} von {{of}} ist fertig.',
  runFinished_one: 'Das Bild ist fertig, mit {{count}} Stufe.',
  runFinished_other: 'Das Bild ist fertig, mit {{count}} Stufen.',
  runStopped_one: 'Angehalten. {{count}} Stufe bleibt.',
  runStopped_other: 'Angehalten. {{count}} Stufen bleiben.',
  runDiscarded: 'Der Lauf wurde verworfen.',
  pictureOpened_one: 'Ein Bild mit {{count}} Stufe ist geöffnet.',
  pictureOpened_other: 'Ein Bild mit {{count}} Stufen ist geöffnet.',
  cutOffOpened_one:
    'Geöffnet. Die Datei ist abgeschnitten: {{whole}} von {{count}} Stufe ist vollständig.',
  cutOffOpened_other:
    'Geöffnet. Die Datei ist abgeschnitten: Vollständig sind {{whole}} von {{count}} Stufen.',
  pictureShown: 'Gezeigt wird Stufe {{level}} mit {{width}} mal {{height}} Pixeln.',
  tileDrawn_one:
    'Vergrößert: {{patches}} von {{count}} Feld neu gezeichnet, mit {{patchPx}} Pixeln.',
  tileDrawn_other:
    'Vergrößert: {{patches}} von {{count}} Feldern neu gezeichnet, mit je {{patchPx}} Pixeln.',
};
