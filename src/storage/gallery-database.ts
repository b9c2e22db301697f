/** The gallery in IndexedDB: what is listed and the files apart, so that listing reads no files. */
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { GalleryStorage, KeptPicture, StorageUsage } from '../contract/gallery';

interface GallerySchema extends DBSchema {
  pictures: { key: string; value: KeptPicture };
  files: { key: string; value: Uint8Array<ArrayBuffer> };
}

const DATABASE = 'dcs-studio.gallery';
const VERSION = 1;

/** Opens the database when it is first needed. */
export class GalleryDatabase implements GalleryStorage {
  private opened: Promise<IDBPDatabase<GallerySchema>> | null = null;
  private hasAsked = false;
  private readonly storage: StorageManager | null;

  /** @param storage the browser's; null where it has none, as on pages that are not served safely */
  constructor(storage: StorageManager | null) {
    this.storage = storage;
  }

  async list(): Promise<KeptPicture[]> {
    return (await this.open()).getAll('pictures');
  }

  async readFile(keptId: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return (await (await this.open()).get('files', keptId)) ?? null;
  }

  async put(picture: KeptPicture, file: Uint8Array<ArrayBuffer> | null): Promise<void> {
    await this.askToPersist();
    const change = (await this.open()).transaction(['pictures', 'files'], 'readwrite');
    await Promise.all([
      change.objectStore('pictures').put(picture, picture.keptId),
      file && change.objectStore('files').put(file, picture.keptId),
      change.done,
    ]);
  }

  async remove(keptId: string): Promise<void> {
    const change = (await this.open()).transaction(['pictures', 'files'], 'readwrite');
    await Promise.all([
      change.objectStore('pictures').delete(keptId),
      change.objectStore('files').delete(keptId),
      change.done,
    ]);
  }

  async usage(): Promise<StorageUsage | null> {
    if (!this.storage) return null;
    const { usage, quota } = await this.storage.estimate();
    if (usage === undefined || quota === undefined) return null;
    return { usedBytes: usage, quotaBytes: quota, isPersistent: await this.storage.persisted() };
  }

  /** Once, when there is something to lose. The answer is shown with the usage. */
  private async askToPersist(): Promise<void> {
    if (this.hasAsked) return;
    this.hasAsked = true;
    await this.storage?.persist().catch(() => false);
  }

  private open(): Promise<IDBPDatabase<GallerySchema>> {
    this.opened ??= openDB<GallerySchema>(DATABASE, VERSION, {
      upgrade(database) {
        database.createObjectStore('pictures');
        database.createObjectStore('files');
      },
    }).catch((error: unknown) => {
      this.opened = null; // the next call tries again
      throw error;
    });
    return this.opened;
  }
}
