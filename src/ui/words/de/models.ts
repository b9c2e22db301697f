import type { models as english } from '../en/models';
import type { Wording } from '../wording';

export const models: Wording<typeof english> = {
  open: 'Modelle',
  heading: 'Modelle',
  lead: 'Das Modell bestimmt, was gezeichnet werden kann. Die eigenen Bilder bleiben beim Wechsel erhalten; jedes öffnet sich wieder mit dem Modell, das es gemacht hat.',
  inUse: 'In Gebrauch',
  use: 'Verwenden',
  useModel: '{{name}} verwenden',
  delete: 'Dateien löschen',
  deleteModel: 'Dateien von {{name}} löschen',
  kept: '{{size}} in diesem Browser',
  keptInPart: '{{size}} von {{total}} in diesem Browser',
  notKept: 'Nicht in diesem Browser: wird bei Gebrauch geladen',
  deleted: 'Gelöscht: in Gebrauch, bis die Seite geschlossen wird',
  add: 'Modell hinzufügen',
  address: 'Adresse eines Modells',
  addressExample: 'https://…/models/name/',
  addAddress: 'Adresse hinzufügen',
  chooseFolder: 'Ordner wählen',
  dropFolder: 'oder den Ordner irgendwo auf der Seite ablegen',
  adding: 'Dateien des Modells werden geprüft',
  newVersion: 'Eine neue Version liegt bereit.',
  reload: 'Neu laden',
};
