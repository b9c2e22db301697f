import type { failures as english } from '../en/failures';
import type { Wording } from '../wording';

export const failures: Wording<typeof english> = {
  titles: {
    BadRequest: 'So lässt sich das nicht zeichnen',
    Cancelled: 'Abgebrochen',
    DeviceLost: 'Das Grafikgerät ist weggefallen',
    DownloadFailed: 'Das Modell konnte nicht heruntergeladen werden',
    EngineFailed: 'Die Engine ist stehen geblieben',
    IntegrityMismatch: 'Eine Modelldatei ist beschädigt angekommen',
    LatentInvalid: 'Diese Datei lässt sich nicht öffnen',
    ManifestInvalid: 'Die Beschreibung des Modells ist nicht lesbar',
    ModelNotLoaded: 'Das Modell ist nicht geladen',
    NoWebGpu: 'WebGPU ist hier nicht verfügbar',
    OtherModel: 'Das ist von einem anderen Modell',
    OutOfMemory: 'Nicht genug Speicher',
    PictureNotFound: 'Das Bild ist nicht mehr da',
    Unexpected: 'Etwas ist schiefgegangen',
  },
  remedies: {
    'load-again': 'Modell neu laden',
    'load-with-wasm': 'Stattdessen den Prozessor nehmen',
    'choose-model': 'Modell wählen',
    'generate-again': 'Noch einmal erzeugen',
    'show-smaller': 'Kleiner zeigen',
    'reload-page': 'Seite neu laden',
  },
  advice: {
    load: 'Prompt und Einstellungen bleiben erhalten.',
    generate: 'Prompt und Einstellungen bleiben erhalten.',
    continue: 'Die fertigen Stufen bleiben erhalten.',
    show: 'Das Bild selbst bleibt erhalten.',
    open: 'Das vorher gezeigte Bild bleibt erhalten.',
    keep: 'Das gezeigte Bild bleibt erhalten, bis die Seite geschlossen wird. Zur Sicherheit sein Latent herunterladen.',
    download: 'Das Bild selbst bleibt erhalten. Bitte noch einmal herunterladen.',
  },
  dismiss: 'Schließen',
};
