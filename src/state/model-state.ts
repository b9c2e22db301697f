/** Where the model is: absent, on its way, ready or failed. Pure reducers over the engine's load events. */
import type { BackendKind, EngineInfo, LoadEvent } from '../contract/engine';
import { bundleFiles, type ModelManifest } from '../contract/manifest';
import type { Failure } from './failure';

/** How far one file of the bundle has come. */
export interface FileProgress {
  readonly loadedBytes: number;
  readonly totalBytes: number;
  readonly isCached: boolean;
}

/** A model on its way. */
export interface LoadingModel {
  readonly status: 'loading';
  readonly manifest: ModelManifest | null;
  readonly files: Readonly<Record<string, FileProgress>>;
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
  files: {},
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
      const { file, loadedBytes, totalBytes, isCached } = event;
      return { ...model, files: { ...model.files, [file]: { loadedBytes, totalBytes, isCached } } };
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
  const files = Object.values(model.files);
  const bytes = (isCached: boolean): number =>
    files.reduce((sum, file) => (file.isCached === isCached ? sum + file.loadedBytes : sum), 0);
  return {
    status: 'ready',
    info,
    loadMs,
    downloadedBytes: bytes(false),
    cachedBytes: bytes(true),
    cacheProblem: model.cacheProblem,
  };
}

/** Bytes loaded and to load in all, from the manifest once it is known. */
export function loadProgress(model: LoadingModel): { loadedBytes: number; totalBytes: number } {
  const files = Object.values(model.files);
  const loadedBytes = files.reduce((sum, file) => sum + file.loadedBytes, 0);
  const announced = files.reduce((sum, file) => sum + file.totalBytes, 0);
  const listed = model.manifest ? bundleBytes(model.manifest) : 0;
  return { loadedBytes, totalBytes: Math.max(listed, announced, loadedBytes) };
}

/** Whether any byte has come over the network, not from the browser's storage. */
export function isDownloading(model: LoadingModel): boolean {
  return Object.values(model.files).some((file) => !file.isCached);
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
