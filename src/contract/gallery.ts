/** Pictures that stay: what is kept of each from one visit to the next, and what keeps it. */
import type { PictureInfo, Pixels } from './engine';

/** Names a kept picture for good; a picture that gets more levels keeps its name. */
export type KeptId = string;

/** What is known of a kept picture without reading its file. */
export interface KeptPicture extends Pick<
  PictureInfo,
  'prompt' | 'seed' | 'grid' | 'levelsDone' | 'steps' | 'guidance' | 'mode'
> {
  readonly keptId: KeptId;
  /** Milliseconds since 1970. */
  readonly createdAtMs: number;
  /** Levels that its model could give it. */
  readonly levelsMax: number;
  readonly isStarred: boolean;
  /** Of its `.dcs` file. */
  readonly fileBytes: number;
  /** It as it was kept, small; of a clip, its middle. */
  readonly thumbnail: Pixels;
}

/** How much of the browser's storage is taken, by everything that this site keeps. */
export interface StorageUsage {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  /** The browser has promised not to throw it away to make room. */
  readonly isPersistent: boolean;
}

/** Keeps pictures; every method may reject, for browsers refuse and disks are full. */
export interface GalleryStorage {
  /** All pictures, in no order. */
  list(): Promise<KeptPicture[]>;
  /** The `.dcs` file of a picture; null if there is none. */
  readFile(keptId: KeptId): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Keeps a picture, or replaces the one of its name; without a file the file that is there stays. */
  put(picture: KeptPicture, file: Uint8Array<ArrayBuffer> | null): Promise<void>;
  remove(keptId: KeptId): Promise<void>;
  /** Null where the browser does not say. */
  usage(): Promise<StorageUsage | null>;
}
