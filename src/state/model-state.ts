/** Where the model is: absent, on its way, ready or failed. Pure reducers over the engine's load events. */
import type { BackendKind, EngineInfo, LoadEvent, PictureInfo } from '../contract/engine';
import { bundleFiles, type ModelManifest } from '../contract/manifest';
import type { Failure } from './failure';

/** A model on its way. */
export interface LoadingModel {
  readonly status: 'loading';
  readonly manifest: ModelManifest | null;
  /** Of all files, as far as they are here. */
  readonly downloadedBytes: number;
  readonly cachedBytes: number;
  /** Of all files, as announced by the engine; 0 before the first of them. */
  readonly totalBytes: number;
  readonly backend: BackendKind | null;
  /** The graph being compiled. */
  readonly compiling: string | null;
  readonly compiledGraphs: number;
  /** Why the files cannot be kept for the next visit; null when they can. */
  readonly cacheProblem: string | null;
}

/** A model that can be used. */
export interface ReadyModel {
  readonly status: 'ready';
  readonly info: EngineInfo;
  readonly loadMs: number;
  readonly downloadedBytes: number;
  readonly cachedBytes: number;
  readonly cacheProblem: string | null;
}

/** Where the model is. */
export type ModelState =
  | { readonly status: 'absent' }
  | LoadingModel
  | ReadyModel
  | { readonly status: 'failed'; readonly failure: Failure };

/** A load that has just begun. */
export const LOAD_STARTED: LoadingModel = {
  status: 'loading',
  manifest: null,
  downloadedBytes: 0,
  cachedBytes: 0,
  totalBytes: 0,
  backend: null,
  compiling: null,
  compiledGraphs: 0,
  cacheProblem: null,
};

/** The loading model after one more event. */
export function reduceLoad(model: LoadingModel, event: LoadEvent): LoadingModel {
  switch (event.type) {
    case 'manifest-read':
      return { ...model, manifest: event.manifest };
    case 'model-load-progress': {
      const { loadedBytes, totalBytes, isCached } = event;
      const { downloadedBytes, cachedBytes } = model;
      const grown = Math.max(0, loadedBytes - downloadedBytes - cachedBytes);
      return isCached
        ? { ...model, totalBytes, cachedBytes: cachedBytes + grown }
        : { ...model, totalBytes, downloadedBytes: downloadedBytes + grown };
    }
    case 'cache-unavailable':
      return { ...model, cacheProblem: event.reason };
    case 'backend-chosen':
      return { ...model, backend: event.backend };
    case 'compile-start':
      return { ...model, compiling: event.graph };
    case 'compile-end':
      return { ...model, compiling: null, compiledGraphs: model.compiledGraphs + 1 };
  }
}

/** The model once the engine says it is loaded. */
export function finishLoad(model: LoadingModel, info: EngineInfo, loadMs: number): ReadyModel {
  const { downloadedBytes, cachedBytes, cacheProblem } = model;
  return { status: 'ready', info, loadMs, downloadedBytes, cachedBytes, cacheProblem };
}

/** Bytes loaded and to load in all, from the manifest before the first file is announced. */
export function loadProgress(model: LoadingModel): { loadedBytes: number; totalBytes: number } {
  const loadedBytes = model.downloadedBytes + model.cachedBytes;
  const listed = model.manifest ? bundleBytes(model.manifest) : 0;
  return { loadedBytes, totalBytes: Math.max(model.totalBytes || listed, loadedBytes) };
}

/** Size of a whole bundle, apart from its manifest. */
export function bundleBytes(manifest: ModelManifest): number {
  return bundleFiles(manifest).reduce((sum, file) => sum + file.sizeBytes, 0);
}

/** The manifest, as soon as it is known. */
export function manifestOf(model: ModelState): ModelManifest | null {
  if (model.status === 'ready') return model.info.manifest;
  return model.status === 'loading' ? model.manifest : null;
}

/** Levels that a picture could have: those of the model, or those it has if patches have levels of their own. */
export function levelsMaxOf(
  { levelsDone, counts }: Pick<PictureInfo, 'levelsDone' | 'counts'>,
  manifest: ModelManifest | null,
): number {
  return counts ? levelsDone : (manifest?.config.levels ?? levelsDone);
}
