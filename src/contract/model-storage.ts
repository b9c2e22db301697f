/**
 * Model files that the browser keeps. The worker keeps what it downloads, the page what comes from a folder; both under
 * the same addresses, so that a model is loaded in one way wherever it came from.
 */
import type { BundleFile } from './manifest';

/** Name of the browser's cache that holds them. */
export const MODEL_CACHE_NAME = 'dcs-models-1';

/** Name of the browser's cache that holds the runtime's large files; the service worker answers from it. */
export const RUNTIME_CACHE_NAME = 'dcs-runtime-1';

/** Where models from folders are kept: below a name that no server can have (RFC 2606), so nothing is ever asked of one. */
export const FOLDER_MODELS_URL = 'https://folder.invalid/';

/** Where the manifest of a bundle is served and kept. */
export const manifestUrl = (bundleUrl: string): string => `${bundleUrl}manifest.json`;

/** Under which address a file of a bundle is kept. */
export const keptFileUrl = (bundleUrl: string, { file, sha256 }: BundleFile): string =>
  `${bundleUrl}${file}?sha256=${sha256}`;

/** Whether a kept address is that of such a file, of whichever bundle. */
export const isKeptCopy = (keptUrl: string, { sha256 }: BundleFile): boolean =>
  keptUrl.endsWith(`?sha256=${sha256}`);

/** The kept files of one bundle. */
export interface KeptModel {
  /** The bundle's folder as an address, with a slash at its end. */
  readonly bundleUrl: string;
  /** Of all its kept files. */
  readonly sizeBytes: number;
  /** What its manifest says; null if that cannot be read. */
  readonly about: {
    readonly name: string;
    readonly description: string;
    /** Of all its files, kept or not. */
    readonly totalBytes: number;
  } | null;
}

/** A file of a folder that somebody chose or dropped. */
export interface FolderFile {
  /** Path in the folder, its name first: `tiny/manifest.json`. */
  readonly path: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Keeps model files; every method may reject, the two that add with an EngineError that says why. */
export interface ModelStorage {
  list(): Promise<KeptModel[]>;
  /** How many bytes using the bundle would fetch now: its files, without those that some model keeps. */
  missingBytes(bundleUrl: string): Promise<number>;
  /** Forgets the files of a bundle; a model that is loaded goes on working until the page is closed. */
  remove(bundleUrl: string): Promise<void>;
  /**
   * Notes the model at an address: its folder or its manifest. Its files are fetched and checked when it is loaded.
   *
   * @returns the bundle's address
   */
  addAddress(address: string): Promise<string>;
  /**
   * Checks all files of a model against its manifest and keeps them.
   *
   * @returns the address that it is kept under
   */
  addFolder(files: readonly FolderFile[]): Promise<string>;
}
