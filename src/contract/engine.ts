/** What the app asks of the engine and is told (rules: workers/SPEC.md). Levels count from 1, sizes are short sides. */
import type { Frames, FramesRequest } from './clip';
import type { Aspect, Grid, PatchRange, SizePx } from './grid';
import type { EngineCounters } from './counters';
import type { ModelManifest } from './manifest';
import type { CancelSignal, CanvasHandle } from './platform';
import type { ReconstructRequest } from './reconstruct-request';
import type { LatentEncoding, PictureId, Seed } from './units';

export type { CancelSignal, CanvasHandle, LatentEncoding };

/** Where graphs may run. `auto` takes WebGPU if a real run on it succeeds on real hardware, WASM otherwise. */
export type BackendChoice = 'auto' | 'webgpu' | 'wasm';

/** Where graphs do run. `native` is onnxruntime on the CPU (command line), `fake` computes nothing. */
export type BackendKind = 'webgpu' | 'wasm' | 'native' | 'fake';

/** How a level sees the finished levels: their clean latents, or (the paper) their states at the same step. */
export type ContextMode = 'clean-context' | 'sync';

/** How the engine is to be loaded. */
export interface LoadOptions {
  readonly backend: BackendChoice;
  /** Bytes the kept caches may take; the backend's default if absent. */
  readonly memoryBudgetBytes?: number;
}

/** What was loaded and where it runs. */
export interface EngineInfo {
  readonly backend: BackendKind;
  /** Why WebGPU is not in use, in a sentence to show; null when it is. */
  readonly whyNotWebGpu: string | null;
  /** The graphics adapter in use, in words; null without one. */
  readonly adapter: string | null;
  /** Which WebAssembly build of the runtime is in use; null on `native` and `fake`. */
  readonly runtimeBuild: 'jspi' | 'asyncify' | 'plain' | null;
  readonly threads: number;
  readonly memoryBudgetBytes: number;
  readonly manifest: ModelManifest;
}

/** Progress of {@link Engine.load}. */
export type LoadEvent =
  /** The first event: the model's description is here, its files are not. */
  | { readonly type: 'manifest-read'; readonly manifest: ModelManifest }
  | {
      readonly type: 'model-load-progress';
      /** The file that has just grown. */
      readonly file: string;
      /** Of all files together. */
      readonly loadedBytes: number;
      readonly totalBytes: number;
      /** Whether this file came from the browser's storage, not from the network. */
      readonly isCached: boolean;
    }
  /** The files could not be kept for the next visit; loading goes on. */
  | { readonly type: 'cache-unavailable'; readonly reason: string }
  | {
      readonly type: 'backend-chosen';
      readonly backend: BackendKind;
      readonly whyNotWebGpu: string | null;
    }
  | { readonly type: 'compile-start'; readonly graph: string }
  | { readonly type: 'compile-end'; readonly graph: string; readonly elapsedMs: number };

/** A canvas to draw on while a picture grows. Canvases with equal `sizePx` share one decode. */
export interface PreviewTarget {
  readonly canvasId: string;
  readonly sizePx: number;
  /** Absent: after every level, and inside levels while cheap. A level: once, when that level is finished. */
  readonly onlyLevel?: number;
}

/** What to generate. Absent numbers take the model's recommended values from the manifest. */
export interface GenerateRequest {
  /** Any text; empty means no guidance by words. */
  readonly prompt: string;
  /** Any whole number as text; see parseSeed. */
  readonly seed: string;
  /** Levels to generate, 1 to the model's `levels`. */
  readonly levels: number;
  readonly aspect: Aspect;
  /** Length of a clip, for models that make them; absent for an image. */
  readonly seconds?: number;
  readonly steps?: number;
  readonly guidance?: number;
  readonly mode?: ContextMode;
  readonly previews?: readonly PreviewTarget[];
}

/** How to go on with a kept picture. */
export interface ContinueRequest {
  /** The last level to generate; above the levels the picture has. */
  readonly toLevel: number;
  readonly previews?: readonly PreviewTarget[];
}

/** What the text encoder makes of a prompt. */
export interface PromptReading {
  /** Tokens the model reads. */
  readonly tokenCount: number;
  /** Tokens at the end of the prompt that did not fit. */
  readonly truncatedTokens: number;
  /** Words the text encoder has no piece for. */
  readonly unknownWords: readonly string[];
}

/** Progress of {@link Engine.generate} and {@link Engine.continuePicture}. */
export type RunEvent =
  | {
      readonly type: 'run-start';
      /** The picture being made; it can be decoded as soon as its first level is finished. */
      readonly pictureId: PictureId;
      readonly grid: Grid;
      readonly fromLevel: number;
      readonly toLevel: number;
    }
  | ({ readonly type: 'prompt-read' } & PromptReading)
  | { readonly type: 'level-start'; readonly level: number; readonly steps: number }
  | {
      readonly type: 'step-end';
      readonly level: number;
      /** Steps done in this level, 1 to `steps`. */
      readonly step: number;
      readonly steps: number;
      readonly elapsedMs: number;
      /** Estimated time left for the whole run. */
      readonly etaMs: number;
    }
  | ({
      readonly type: 'preview-ready';
      readonly canvasId: string;
      readonly level: number;
      /** Whether the level is finished; otherwise this is a look ahead from inside it. */
      readonly isLevelFinished: boolean;
    } & SizePx)
  | { readonly type: 'level-end'; readonly level: number; readonly elapsedMs: number }
  | {
      readonly type: 'cache-dropped';
      readonly pictureId: PictureId | null;
      readonly freedBytes: number;
      /** What this costs later, in a sentence to show. */
      readonly consequence: string;
    }
  | { readonly type: 'run-end'; readonly status: RunResult['status'] };

/** Where the time of one level went. */
export interface LevelTimings {
  readonly level: number;
  /** Sampler steps: calls of `dit_step`. */
  readonly samplerMs: number;
  /** Making this level the context of the next one. */
  readonly contextMs: number;
  /** Previews inside and after this level. */
  readonly previewMs: number;
  readonly samplerCalls: number;
}

/** Where the time of a run went. */
export interface RunTimings {
  readonly textMs: number;
  readonly levels: readonly LevelTimings[];
  readonly totalMs: number;
}

/** How a run ended. Stopping keeps the finished levels, cancelling discards what the run made. */
export type RunResult =
  | {
      readonly status: 'finished';
      readonly pictureId: PictureId;
      readonly levelsDone: number;
      readonly timings: RunTimings;
    }
  | {
      readonly status: 'stopped';
      /** Null when no level was finished. */
      readonly pictureId: PictureId | null;
      readonly levelsDone: number;
      readonly timings: RunTimings;
    }
  | { readonly status: 'cancelled' };

/** When to stop: at once with the levels finished so far, or when the level at work is finished. */
export type StopWhen = 'now' | 'after-level';

/** A picture out of a file. */
export interface ImportedPicture extends PictureInfo {
  /** Levels that the file was written with; more than `levelsDone` if it is cut off or damaged. */
  readonly levelsInFile: number;
  readonly encoding: LatentEncoding;
}

/** What the engine keeps of a picture. */
export interface PictureInfo {
  readonly pictureId: PictureId;
  readonly origin: 'generated' | 'imported' | 'reconstructed';
  readonly prompt: string;
  readonly seed: Seed;
  readonly grid: Grid;
  readonly levelsDone: number;
  readonly steps: number;
  readonly guidance: number;
  readonly mode: ContextMode;
  /** Levels of each patch, 1 to n, in the order of the grid; absent where every patch has all levels there are. */
  readonly counts?: readonly number[];
}

/** What to show of a kept picture. */
export interface DecodeRequest {
  /** Levels to use, 1 to the picture's `levelsDone`. */
  readonly levels: number;
  /** Pixels of the short side, 16 to 2048. */
  readonly sizePx: number;
  /** Of a clip: which frame, counted from 0, at which rate (see FramesRequest). Absent: the middle of the clip. */
  readonly frame?: { readonly index: number; readonly fps: number };
  /** Only these; `sizePx`, still of the whole picture, is then a multiple of its patches on the short side. */
  readonly patches?: PatchRange;
}

/** How a redecode to a canvas ended. */
export type DecodeResult =
  | ({ readonly status: 'drawn'; readonly elapsedMs: number } & SizePx)
  | { readonly status: 'cancelled' };

/** Pixels in memory: rows from the top, 4 bytes (red, green, blue, alpha 255) each. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** The engine went away: its pictures and canvases are gone, and it has to be loaded again. */
export interface EngineLoss {
  readonly reason: 'device-lost' | 'unresponsive' | 'crashed';
  readonly message: string;
}

/** The engine as the app sees it. Every method may throw an EngineError; the codes are in workers/SPEC.md. */
export interface Engine {
  /** Loads a bundle; a second call replaces the first bundle and drops its pictures. */
  load(
    bundleUrl: string,
    options: LoadOptions,
    signal: CancelSignal | null,
    onEvent: (event: LoadEvent) => void,
  ): Promise<EngineInfo>;
  /** Counts the tokens of a prompt without running anything, for the page to show while it is being typed. */
  readPrompt(prompt: string): Promise<PromptReading>;
  /** Gives the engine a canvas to draw on, under a name. The canvas must be new: no context taken from it yet. */
  attachCanvas(canvasId: string, canvas: CanvasHandle): Promise<void>;
  detachCanvas(canvasId: string): Promise<void>;
  /** Runs after the runs asked for before it. Aborting the signal cancels it. */
  generate(
    request: GenerateRequest,
    signal: CancelSignal | null,
    onEvent: (event: RunEvent) => void,
  ): Promise<RunResult>;
  /** Adds levels to a kept picture; its finished levels do not change by a bit. */
  continuePicture(
    pictureId: PictureId,
    request: ContinueRequest,
    signal: CancelSignal | null,
    onEvent: (event: RunEvent) => void,
  ): Promise<RunResult>;
  /** Stops the run at work, keeping its finished levels. Nothing happens when there is no run. */
  stop(when: StopWhen): Promise<void>;
  /** Draws a kept picture on an attached canvas, at any size and level count, without running the DiT. */
  decode(
    pictureId: PictureId,
    request: DecodeRequest & { readonly canvasId: string },
    signal: CancelSignal | null,
  ): Promise<DecodeResult>;
  /** The same as pixels, for export: the one place where pixels leave the device. */
  readPixels(
    pictureId: PictureId,
    request: DecodeRequest,
    signal: CancelSignal | null,
  ): Promise<Pixels>;
  /** Frames of a clip as pixels, at any rate. All of them may be many: ask for some at a time to show them sooner. */
  readFrames(
    pictureId: PictureId,
    request: FramesRequest,
    signal: CancelSignal | null,
  ): Promise<Frames>;
  describePicture(pictureId: PictureId): Promise<PictureInfo>;
  /** The picture as a small `.dcs` file that can be imported again, decoded and continued. */
  exportLatent(pictureId: PictureId, encoding: LatentEncoding): Promise<Uint8Array<ArrayBuffer>>;
  /** Any prefix of such a file gives the levels that are whole in it. */
  importLatent(file: Uint8Array<ArrayBuffer>): Promise<ImportedPicture>;
  /** Encodes an image with the tokenizer. */
  reconstruct(pixels: Pixels, request: ReconstructRequest): Promise<PictureInfo>;
  /** The same for a clip of any frame rate; of a length that is no whole number of segments, the end is kept. */
  reconstructClip(frames: Frames, request: ReconstructRequest): Promise<PictureInfo>;
  dispose(pictureId: PictureId): Promise<void>;
  counters(): Promise<EngineCounters>;
  /** Frees everything; the engine can be loaded again. */
  unload(): Promise<void>;
  /** Calls `listener` when the engine goes away by itself; returns the function that ends this. */
  onLost(listener: (loss: EngineLoss) => void): () => void;
}
