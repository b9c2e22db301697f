import type { clips as english } from '../en/clips';
import type { Wording } from '../wording';

export const clips: Wording<typeof english> = {
  medium: {
    label: 'Länge',
    help: 'Ein Bild, oder ein Clip von so vielen Sekunden. Auch ein Clip wächst Stufe für Stufe; er braucht länger, denn jede Sekunde enthält so viele Felder wie mehrere Bilder.',
    picture: 'Bild',
    clip: '{{seconds}} s',
    none: 'Dieses Modell macht Bilder.',
    useClips: 'Zu dem für Clips wechseln',
    fetchClips: 'Zu dem für Clips wechseln ({{size}} zu laden)',
  },
  fps: {
    label: 'Bildrate',
    help: 'Zeichnet denselben Clip mit mehr oder weniger Bildern pro Sekunde. Nichts wird neu erzeugt: Der Clip kennt seine Bewegung auch zwischen den Bildern.',
    value: '{{fps}} Bilder/s',
  },
  alt: 'Clip von: {{prompt}}. Stufe {{level}}, {{width}} mal {{height}} Pixel.',
  altNoPrompt: 'Clip ohne Prompt. Stufe {{level}}, {{width}} mal {{height}} Pixel.',
  facts: '{{seconds, number}} s, {{fps}} Bilder/s',
  play: 'Abspielen',
  pause: 'Pause',
  position: 'Position im Clip',
  frameOf: 'Einzelbild {{frame}} von {{of}}',
  reading: 'Zeichnet Einzelbild {{frame}} von {{of}}',
};
