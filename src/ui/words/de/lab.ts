import type { lab as english } from '../en/lab';
import type { Wording } from '../wording';

export const lab: Wording<typeof english> = {
  heading: 'Rekonstruieren',
  open: 'Bild rekonstruieren',
  openHelp:
    'Öffnet ein eigenes Foto, eine Animation oder einen Clip und zeigt Stufe für Stufe, wie gut der Tokenizer des Modells es nachbildet. Es bleibt auf diesem Gerät.',
  leftOut: {
    nothing: '',
    end: 'Nur der Anfang wird gelesen: Clips dieses Modells sind kürzer.',
    'other-frames': 'Dieses Modell macht nur Bilder, deshalb ist dies ein Bild aus der Mitte.',
  },
  working: 'Wird rekonstruiert',
  original: 'Original',
  rebuilt: 'Nachgebildet',
  originalName: 'Original, {{width}} mal {{height}} Pixel',
  rebuiltName: 'Aus {{levels}} Stufen nachgebildet, {{width}} mal {{height}} Pixel',
  mapName: {
    residual: 'Original minus Nachbildung, {{gain}}-fach verstärkt',
    added: 'Was Stufe {{level}} beiträgt, {{gain}}-fach verstärkt',
    distortion: 'Wo die Nachbildung abweicht',
  },
  divider: 'Trennlinie zwischen Original und Nachbildung, in Prozent von links',
  view: {
    label: 'Ansicht',
    help: 'Vergleich legt das Original über die Nachbildung. Rest ist, was verloren geht, Beitrag, was diese Stufe allein bringt, Fehler, wo sich beide unterscheiden. Stufen zeigt, wie viele Stufen jedes Feld hat; dort malt der Pinsel.',
    names: {
      compare: 'Vergleich',
      residual: 'Rest',
      added: 'Beitrag',
      distortion: 'Fehler',
      levels: 'Stufen',
    },
  },
  level: {
    label: 'Stufe',
    help: 'Bildet aus den ersten Stufen der Datei nach. Eine dort abgeschnittene Datei ergibt genau dieses Bild.',
    value: '{{level}} von {{of}}',
  },
  frame: {
    label: 'Einzelbild',
    help: 'Welches Einzelbild des Clips zu sehen ist. Die Zahlen gelten für den ganzen Clip.',
    value: '{{frame}} von {{of}}',
  },
  size: {
    label: 'Gesehen mit',
    help: 'Pixel der kurzen Seite, die der Tokenizer sieht. Die Datei ist bei jeder Größe gleich lang; PSNR und SSIM vergleichen bei dieser Größe.',
    value: '{{px}} px',
  },
  bits: {
    label: 'Bits je Wert',
    help: 'Wie genau die Datei jeden Wert behält. Die Zahlen gelten für die Datei nach dem Runden.',
    names: { int8: '8', float16: '16', float32: '32' },
  },
  budget: {
    label: 'Stufen je Feld',
    help: 'Wie viele Stufen die Felder im Mittel haben. Felder, die mehr zu sagen haben, gemessen an der Entropie ihrer Helligkeit, bekommen mehr (Algorithmus 1 des Papers); ausgelassene Stufen brauchen keine Bytes.',
    value: '{{average}} im Mittel',
  },
  brush: {
    label: 'Pinsel',
    help: 'Über das Bild malen, um Feldern eine Stufe mehr oder weniger zu geben. Pfeiltasten bewegen über die Felder, Plus und Minus malen.',
    more: 'Mehr Details',
    less: 'Weniger Details',
    clear: 'Pinsel löschen',
    keepsBudget: 'Woanders wegnehmen',
    keepsBudgetHelp:
      'An: Das Budget bleibt; was der Pinsel gibt, fehlt den nicht bemalten Feldern. Aus: Der Pinsel gibt mehr Bytes aus oder spart welche.',
    area: 'Stufen der Felder. Pfeiltasten bewegen, Plus und Minus malen.',
    at: 'Zeile {{row}}, Spalte {{column}}',
    levels_one: '{{count}} Stufe',
    levels_other: '{{count}} Stufen',
    painted: 'Bemalt',
    paintedValue: '{{psnr}} dB, {{average}} Stufen',
  },
  figures: {
    heading: 'Zahlen',
    psnr: 'PSNR',
    psnrValue: '{{psnr}} dB',
    ssim: 'SSIM',
    bytes: 'Bytes',
    bitsPerPixel: 'Bits je Pixel',
    gain: 'Über gleichen Stufen',
    gainValue: '{{gain}} dB',
  },
  curve: {
    heading: 'PSNR nach Bytes',
    name: 'Kurve der PSNR nach Bytes der Datei, Stufe für Stufe',
    equal: 'gleiche Stufen',
    shared: 'verteilt',
    x: 'Bytes',
    y: 'dB',
    point: 'Stufe {{level}}: {{bytes}} Bytes, {{psnr}} dB',
  },
  keep: 'Ins Studio übernehmen',
  downloadPng: 'PNG herunterladen',
  downloadLatent: 'Latent herunterladen',
};
