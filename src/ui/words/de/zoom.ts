import type { zoom as english } from '../en/zoom';
import type { Wording } from '../wording';

export const zoom: Wording<typeof english> = {
  group: 'Zoom',
  in: 'Vergrößern',
  out: 'Verkleinern',
  percent: '{{percent}} %',
  fit: 'Einpassen',
  actual: 'Tatsächliche Größe',
  place: 'Bild bei {{percent}} %. Pfeiltasten verschieben es.',
};
