/** The kept pictures as the page lists them. Pure. */
import type { KeptId, KeptPicture, StorageUsage } from '../../contract/gallery';

/** What the page knows of the gallery. */
export interface GalleryState {
  /** Newest first. */
  readonly pictures: readonly KeptPicture[];
  readonly usage: StorageUsage | null;
  /** The picture that was removed last, while that can be taken back. */
  readonly removed: RemovedPicture | null;
  /** Why the last picture could not be kept, in a sentence; null when it could. */
  readonly problem: string | null;
}

/** A removed picture with all that is needed to bring it back. */
export interface RemovedPicture {
  readonly picture: KeptPicture;
  readonly file: Uint8Array<ArrayBuffer> | null;
}

/** What of a kept picture is taken over for the next one. */
export type RecallPart = 'prompt' | 'seed' | 'settings';

/** Before anything is known, and for good where nothing can be kept. */
export const EMPTY_GALLERY: GalleryState = {
  pictures: [],
  usage: null,
  removed: null,
  problem: null,
};

/** What to list of the gallery. */
export interface GalleryFilter {
  /** Words, all of which the prompt or the seed has. */
  readonly text: string;
  readonly isStarredOnly: boolean;
}

/** The pictures that a filter lets through, in their order. */
export function filterPictures(
  pictures: readonly KeptPicture[],
  { text, isStarredOnly }: GalleryFilter,
): KeptPicture[] {
  const words = fold(text).split(/\s+/u).filter(Boolean);
  return pictures.filter((picture) => {
    const described = `${fold(picture.prompt)} ${picture.seed}`;
    return (!isStarredOnly || picture.isStarred) && words.every((word) => described.includes(word));
  });
}

/** The list with a picture in it, instead of the one of its name. */
export function withPicture(
  pictures: readonly KeptPicture[],
  picture: KeptPicture,
): readonly KeptPicture[] {
  return [...withoutPicture(pictures, picture.keptId), picture].sort(
    (a, b) => b.createdAtMs - a.createdAtMs || (a.keptId < b.keptId ? -1 : 1),
  );
}

/** The list without a picture. */
export function withoutPicture(
  pictures: readonly KeptPicture[],
  keptId: KeptId,
): readonly KeptPicture[] {
  return pictures.filter((picture) => picture.keptId !== keptId);
}

/** Their prompts, each once, the newest first. */
export function promptsOf(pictures: readonly KeptPicture[]): string[] {
  return [...new Set(pictures.map(({ prompt }) => prompt))].filter(Boolean);
}

/** Bytes of all files together. */
export function fileBytesOf(pictures: readonly KeptPicture[]): number {
  return pictures.reduce((sum, { fileBytes }) => sum + fileBytes, 0);
}

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}
