import type { gallery as english } from '../en/gallery';
import type { Wording } from '../wording';

export const gallery: Wording<typeof english> = {
  heading: 'Eigene Bilder',
  empty: 'Jedes erzeugte Bild bleibt hier, in diesem Browser, bis es gelöscht wird.',
  noneFound: 'Kein Bild hat alle diese Wörter.',
  search: 'Eigene Bilder durchsuchen',
  searchPlaceholder: 'Wörter eines Prompts oder ein Seed',
  starredOnly: 'Nur mit Stern',
  summary_one: '{{count}} Bild, {{size}}',
  summary_other: '{{count}} Bilder, {{size}}',
  usageLabel: 'Speicherplatz',
  usage: 'Diese Website belegt {{used}} von {{allowed}}, die der Browser ihr zugesteht.',
  persistent: 'Der Browser hat zugesagt, das zu behalten.',
  notPersistent:
    'Der Browser kann es verwerfen, wenn der Datenträger voll wird; Wichtiges am besten herunterladen.',
  problem: 'Das letzte Bild konnte hier nicht aufbewahrt werden: {{message}}',
  open: '{{prompt}} öffnen, Seed {{seed}}, Stufe {{level}} von {{of}}',
  openNoPrompt: 'Ein Bild ohne Prompt öffnen, Seed {{seed}}, Stufe {{level}} von {{of}}',
  levels: '{{level}} von {{of}}',
  select: '{{prompt}} auswählen, Seed {{seed}}',
  finish_one: '{{count}} Bild fertigstellen',
  finish_other: '{{count}} Bilder fertigstellen',
  finishHelp:
    'Fügt den ausgewählten Entwürfen die fehlenden Stufen hinzu. Was sie haben, bleibt, wie es ist.',
  selectDrafts: 'Entwürfe auswählen',
  selectNone: 'Auswahl beenden',
  more: 'Mehr zu {{prompt}}, Seed {{seed}}',
  usePrompt: 'Prompt übernehmen',
  useSeed: 'Seed übernehmen',
  useSettings: 'Alle Einstellungen übernehmen',
  star: 'Stern geben',
  unstar: 'Stern entfernen',
  delete: 'Löschen',
  deleted: 'Gelöscht.',
  undo: 'Rückgängig',
};
