/** Model files that the browser keeps, as the page lists and deletes them. The worker writes them. */

/** Name of the browser's cache that holds them. */
export const MODEL_CACHE_NAME = 'dcs-models-1';

/** Name of the browser's cache that holds the runtime's large files; the service worker answers from it. */
export const RUNTIME_CACHE_NAME = 'dcs-runtime-1';

/** The kept files of one bundle. */
export interface KeptModel {
  /** The bundle's folder as an address, with a slash at its end. */
  readonly bundleUrl: string;
  /** Of all its kept files. */
  readonly sizeBytes: number;
}

/** Lists and deletes kept model files; every method may reject. */
export interface ModelStorage {
  list(): Promise<KeptModel[]>;
  /** Forgets the files of a bundle; a model that is loaded goes on working until the page is closed. */
  remove(bundleUrl: string): Promise<void>;
}
