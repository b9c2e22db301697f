/**
 * What crosses the wire between the page and the worker: cloneable or transferable arguments and top-level callbacks
 * only. An AbortSignal cannot cross, so whatever can be cancelled has a `jobId` that `cancel` names.
 */
import type { Frames, FramesRequest } from './clip';
import type { EngineCounters } from './counters';
import type {
  ContinueRequest,
  DecodeRequest,
  DecodeResult,
  EngineInfo,
  EngineLoss,
  GenerateRequest,
  ImportedPicture,
  LatentEncoding,
  LoadEvent,
  LoadOptions,
  PictureInfo,
  Pixels,
  PromptReading,
  RunEvent,
  RunResult,
  StopWhen,
} from './engine';
import type { CanvasHandle } from './platform';
import type { ReconstructRequest } from './reconstruct-request';
import type { PictureId } from './units';

/** Names one call that may be cancelled. Chosen by the caller, never used twice. */
export type JobId = number;

/** The worker's side of the engine. */
export interface WorkerApi {
  load(
    jobId: JobId,
    bundleUrl: string,
    options: LoadOptions,
    onEvent: (event: LoadEvent) => void,
  ): Promise<EngineInfo>;
  readPrompt(prompt: string): Promise<PromptReading>;
  attachCanvas(canvasId: string, canvas: CanvasHandle): Promise<void>;
  detachCanvas(canvasId: string): Promise<void>;
  generate(
    jobId: JobId,
    request: GenerateRequest,
    onEvent: (event: RunEvent) => void,
  ): Promise<RunResult>;
  continuePicture(
    jobId: JobId,
    pictureId: PictureId,
    request: ContinueRequest,
    onEvent: (event: RunEvent) => void,
  ): Promise<RunResult>;
  stop(when: StopWhen): Promise<void>;
  decode(
    jobId: JobId,
    pictureId: PictureId,
    request: DecodeRequest & { readonly canvasId: string },
  ): Promise<DecodeResult>;
  readPixels(jobId: JobId, pictureId: PictureId, request: DecodeRequest): Promise<Pixels>;
  readFrames(jobId: JobId, pictureId: PictureId, request: FramesRequest): Promise<Frames>;
  describePicture(pictureId: PictureId): Promise<PictureInfo>;
  exportLatent(pictureId: PictureId, encoding: LatentEncoding): Promise<Uint8Array<ArrayBuffer>>;
  importLatent(file: Uint8Array<ArrayBuffer>): Promise<ImportedPicture>;
  reconstruct(pixels: Pixels, request: ReconstructRequest): Promise<PictureInfo>;
  reconstructClip(frames: Frames, request: ReconstructRequest): Promise<PictureInfo>;
  dispose(pictureId: PictureId): Promise<void>;
  counters(): Promise<EngineCounters>;
  unload(): Promise<void>;
  /** Ends a job early; resolves when the worker has heard, not when the job has ended. */
  cancel(jobId: JobId): Promise<void>;
  /** Called once by the page: tells it when the device is lost. */
  watchLoss(onLoss: (loss: EngineLoss) => void): Promise<void>;
}
