import type { tour as english } from '../en/tour';
import type { Wording } from '../wording';

export const tour: Wording<typeof english> = {
  offer: 'Zum ersten Mal hier?',
  take: 'Rundgang beginnen',
  decline: 'Kein Rundgang',
  again: 'Rundgang beginnen',
  next: 'Weiter',
  previous: 'Zurück',
  done: 'Fertig',
  progress: '{{current}} von {{total}}',
  close: 'Rundgang beenden',
  steps: {
    prompt: {
      title: 'Sagen, was zu sehen sein soll',
      text: 'Dinge, einen Hintergrund, einen Stil nennen. Wörter, die das Modell kennt, werden beim Tippen angeboten. „Überraschung“ schreibt selbst einen Prompt.',
    },
    generate: {
      title: 'Ein Bild wachsen lassen',
      text: 'Das Bild wächst Stufe für Stufe, von grob nach fein. Anhalten geht jederzeit: Fertige Stufen bleiben erhalten.',
    },
    levels: {
      title: 'Seine Stufen',
      text: 'Eine Stufe drücken, um das Bild von damals zu sehen, oder eine noch fehlende, um weiterzumachen. Was fertig ist, ändert sich nie.',
    },
    size: {
      title: 'Jede Größe, sofort',
      text: 'Das Bild ist ein Latent ohne Größe. Größe und Detail zeichnen es beim Ziehen neu; nichts wird neu erzeugt.',
    },
    files: {
      title: 'Mitnehmen',
      text: 'Als Bild, als kleines Latent, über die Zwischenablage oder als Link. Ein PNG enthält das Latent: Hier wieder abgelegt, geht es weiter.',
    },
    gallery: {
      title: 'Eigene Bilder',
      text: 'Alles Erzeugte bleibt hier, in diesem Browser, bis es gelöscht wird. Ein geöffnetes Bild geht weiter, wo es war.',
    },
  },
};
