import type { view as english } from '../en/view';
import type { Wording } from '../wording';

export const view: Wording<typeof english> = {
  heading: 'Bild',
  empty: {
    title: 'Hier wächst ein Bild, Stufe für Stufe',
    text: 'Die erste Stufe ist ein ganzes Bild mit wenig Details. Jede weitere Stufe fügt Details hinzu und ändert nichts an denen darunter. Danach lässt sich das eine Latent in jeder Größe zeichnen.',
  },
  alt: 'Bild von: {{prompt}}. Stufe {{level}}, {{width}} mal {{height}} Pixel.',
  altNoPrompt: 'Bild ohne Prompt. Stufe {{level}}, {{width}} mal {{height}} Pixel.',
  levels: 'Stufen',
  coarsest: '{{level}} \u00b7 grob',
  finest: '{{level}} \u00b7 fein',
  showLevel: 'Stufe {{level}} zeigen',
  growTo: 'Weiter bis Stufe {{level}}',
  growing: 'Stufe {{level}} beim Wachsen zusehen, {{percent}} %',
  notYet: 'Stufe {{level}}, noch nicht da',
  size: {
    label: 'Größe',
    help: 'Zeichnet dasselbe Latent in einer anderen Größe. Das Bild wird nicht neu erzeugt: Nur der letzte Teil des Decoders läuft.',
    value: '{{width}} \u00d7 {{height}} px',
  },
  detail: {
    label: 'Detail',
    help: 'Zeigt das Bild mit weniger Stufen, so wie es beim Wachsen aussah.',
    value: 'Stufe {{level}} von {{of}}',
  },
  drawnIn: 'gezeichnet in {{duration}}',
};
