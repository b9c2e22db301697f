/** What the engine core takes from its surroundings: a browser worker, or Node. */
import type { BackendChoice, LoadEvent } from '../src/contract/engine';
import type { BundleFile } from '../src/contract/manifest';
import type { GraphBytes, SessionBackend } from './session-backend';

/** The files of one bundle. */
export interface BundleSource {
  /** The manifest as parsed JSON, of any shape. @throws {EngineError} DownloadFailed */
  readManifest(): Promise<unknown>;
  /**
   * The verified content of a file.
   *
   * @param onProgress bytes read so far of this file, and whether they were in storage already
   * @throws {EngineError} DownloadFailed, IntegrityMismatch or Cancelled
   */
  read(
    file: BundleFile,
    onProgress: (loadedBytes: number, isCached: boolean) => void,
  ): Promise<Uint8Array<ArrayBuffer>>;
}

/** A backend that has proven to work, and why it is not WebGPU if it is not. */
export interface ChosenBackend {
  readonly backend: SessionBackend;
  readonly whyNotWebGpu: string | null;
}

/** The surroundings. */
export interface EngineHost {
  openBundle(
    bundleUrl: string,
    onEvent: (event: LoadEvent) => void,
    signal: AbortSignal,
  ): BundleSource;
  /**
   * Called while the files of the model arrive.
   *
   * @param attentionTest the graph that a device has to compute correctly; null when the bundle has none
   * @throws {EngineError} NoWebGpu when WebGPU was asked for and cannot be had
   */
  openBackend(
    choice: BackendChoice,
    attentionTest: Promise<GraphBytes | null>,
  ): Promise<ChosenBackend>;
  /** A clock in milliseconds. */
  now(): number;
  /** Resolves after waiting tasks (messages of the page) have had their turn. */
  yieldToTasks(): Promise<void>;
}
