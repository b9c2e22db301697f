import type { presets as english } from '../en/presets';
import type { Wording } from '../wording';

export const presets: Wording<typeof english> = {
  label: 'Voreinstellungen',
  help: 'Einstellungen und Wörter für den Prompt unter einem Namen. Was eine Voreinstellung ändert, lässt sich rückgängig machen.',
  choose: 'Voreinstellung wählen',
  builtInGroup: 'Vom Studio mitgebracht',
  ownGroup: 'Eigene',
  builtIn: {
    drafts: 'Vier schnelle Entwürfe',
    whole: 'Ein ganzes Bild, wie empfohlen',
    careful: 'Ein ganzes Bild, 50 Schritte',
    blob: 'Blobs auf Gelb',
    line: 'Strichzeichnung auf Weiß',
    wide: 'Flach und breit, auf Hellblau',
    night: 'Auf Schwarz',
  },
  edit: 'Sichern, umbenennen, importieren …',
  heading: 'Voreinstellungen',
  saveHeading: 'Die jetzigen Einstellungen sichern',
  saves:
    'Gesichert werden Form, Stufen, Anzahl, Länge, Schritte und Führung, dazu diese Wörter für den Prompt. Der Seed gehört nicht dazu.',
  name: 'Name',
  addition: 'Wörter für den Prompt',
  additionHelp: 'Ihr Hintergrund und ihr Stil ersetzen die des Prompts.',
  save: 'Sichern',
  ownHeading: 'Eigene Voreinstellungen',
  none: 'Noch keine.',
  rename: 'Neuer Name von {{name}}',
  apply: '{{name}} verwenden',
  use: 'Verwenden',
  remove: '{{name}} löschen',
  removed: '{{name}} ist gelöscht.',
  undo: 'Rückgängig',
  export: 'Als Datei exportieren',
  import: 'Datei importieren',
  imported_one: '{{count}} Voreinstellung ist hinzugekommen.',
  imported_other: '{{count}} Voreinstellungen sind hinzugekommen.',
  notKept:
    'Dieser Browser behält Voreinstellungen nicht bis zum nächsten Besuch. Als Datei exportieren.',
};
