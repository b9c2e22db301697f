/** A gallery that forgets everything when it goes away, for tests. */
import type { GalleryStorage, KeptPicture } from '../../contract/gallery';

/** Keeps pictures in memory; `refusal` makes it refuse new ones. */
export class MemoryGallery implements GalleryStorage {
  readonly pictures = new Map<string, KeptPicture>();
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();
  refusal: Error | null = null;

  list(): Promise<KeptPicture[]> {
    return Promise.resolve([...this.pictures.values()]);
  }

  readFile(keptId: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return Promise.resolve(this.files.get(keptId) ?? null);
  }

  put(picture: KeptPicture, file: Uint8Array<ArrayBuffer> | null): Promise<void> {
    if (this.refusal) return Promise.reject(this.refusal);
    this.pictures.set(picture.keptId, picture);
    if (file) this.files.set(picture.keptId, file);
    return Promise.resolve();
  }

  remove(keptId: string): Promise<void> {
    this.pictures.delete(keptId);
    this.files.delete(keptId);
    return Promise.resolve();
  }

  usage(): Promise<{ usedBytes: number; quotaBytes: number; isPersistent: boolean }> {
    const usedBytes = [...this.files.values()].reduce((sum, file) => sum + file.length, 0);
    return Promise.resolve({ usedBytes, quotaBytes: 1e9, isPersistent: true });
  }
}
