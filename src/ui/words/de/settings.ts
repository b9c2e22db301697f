import type { settings as english } from '../en/settings';
import type { Wording } from '../wording';

export const settings: Wording<typeof english> = {
  heading: 'Nächstes Bild',
  summarySeed: 'Seed {{seed}}',
  summarySteps: '{{steps}} Schritte',
  reset: 'Empfohlene Werte',
  levels: {
    label: 'Stufen',
    help: 'Wie weit das Bild wächst, von grob bis fein. Weniger Stufen sind schneller, und es geht später jederzeit weiter: Fertige Stufen ändern sich nie.',
  },
  count: {
    label: 'Wie viele',
    help: 'Bilder, die ein Druck auf Erzeugen macht, jedes mit eigenem Seed. Mit einer Stufe sind es schnelle Entwürfe: unter \u201eEigene Bilder\u201c einige auswählen und nur diese fertigstellen.',
    pictures_one: '{{count}} Bild',
    pictures_other: '{{count}} Bilder',
  },
  aspect: {
    label: 'Form',
    help: 'Breite zu Höhe des nächsten Bildes. Sie bestimmt die Form des Rauschens, aus dem das Bild wächst; das jetzige Bild behält seine Form.',
    grid: '{{columns}} \u00d7 {{rows}} Felder',
  },
  seed: {
    label: 'Seed',
    help: 'Die Zahl, aus der das Rauschen entsteht. Derselbe Seed, Prompt und dieselben Einstellungen ergeben auf demselben Backend dasselbe Bild; winzige Unterschiede zwischen Backends sind normal.',
    lock: 'Diesen Seed behalten',
    unlock: 'Neuer Seed für jedes Bild',
    roll: 'Zufälliger Seed',
    up: 'Nächster Seed',
    down: 'Voriger Seed',
    copy: 'Seed kopieren',
    copied: 'Seed kopiert',
    invalid: 'Ein Seed ist eine ganze Zahl, zum Beispiel 42.',
  },
  steps: {
    label: 'Schritte',
    help: 'Wie viele kleine Schritte in jeder Stufe vom Rauschen zum Bild führen. Mehr Schritte sind langsamer und etwas sauberer.',
  },
  guidance: {
    label: 'Führung',
    help: 'Wie stark die Worte ziehen. Bei 1 schweift das Modell frei; hohe Werte folgen den Worten, machen das Bild aber flacher.',
  },
};
