/** What can be done with a loaded model: the pictures, the runs on them, and their pixels. */
import type { Frames, FramesRequest } from '../src/contract/clip';
import type { EngineCounters } from '../src/contract/counters';
import type {
  ContinueRequest,
  DecodeRequest,
  DecodeResult,
  GenerateRequest,
  ImportedPicture,
  LatentEncoding,
  PictureInfo,
  Pixels,
  PreviewTarget,
  PromptReading,
  RunEvent,
  RunResult,
  StopWhen,
} from '../src/contract/engine';
import type { CanvasHandle } from '../src/contract/platform';
import { EngineError } from '../src/contract/engine-error';
import {
  checkContinueRequest,
  checkFrames,
  checkImage,
  readGenerateRequest,
} from '../src/contract/requests';
import type { ReconstructRequest } from '../src/contract/reconstruct-request';
import type { PictureId } from '../src/contract/units';
import type { EngineHost } from './engine-host';
import { LevelRun } from './level-run';
import type { CacheOwner } from './memory-budget';
import { MemoryBudget } from './memory-budget';
import type { Model } from './model';
import { Mutex } from './mutex';
import { decoderSha256, Picture, PictureShelf } from './picture';
import { readDcsFile, writeDcsFile } from './dcs-file/dcs-file';
import { PictureViewer } from './picture-viewer';
import { assertAttached } from './previews';
import { reconstructClip, reconstructPicture } from './reconstruct';

/** One run as its caller sees it. */
export interface RunJob {
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
}

/** A model, its pictures and the runs on them. */
export class LoadedEngine {
  readonly model: Model;
  private readonly host: EngineHost;
  private readonly canvases: ReadonlyMap<string, CanvasHandle>;
  private readonly budget: MemoryBudget;
  private readonly pictures = new PictureShelf();
  /** One run at a time; the others wait. */
  private readonly runs = new Mutex();
  /** One decode at a time, between the steps of a run. */
  private readonly decoding = new Mutex();
  private readonly viewer: PictureViewer;
  private current: { stopWhen: StopWhen | null; readonly job: RunJob } | null = null;

  constructor(
    host: EngineHost,
    model: Model,
    canvases: ReadonlyMap<string, CanvasHandle>,
    memoryBudgetBytes: number,
  ) {
    this.host = host;
    this.model = model;
    this.canvases = canvases;
    this.budget = new MemoryBudget(memoryBudgetBytes, (owner, freedBytes) =>
      this.reportDrop(owner, freedBytes),
    );
    const { pictures, decoding } = this;
    this.viewer = new PictureViewer({ host, model, canvases, pictures, decoding });
  }

  readPrompt(prompt: string): PromptReading {
    const { ids, truncatedTokens, unknownWords } = this.model.tokenizer.encode(prompt);
    return { tokenCount: ids.length, truncatedTokens, unknownWords };
  }

  generate(request: GenerateRequest, job: RunJob): Promise<RunResult> {
    const { traits, levels } = readGenerateRequest(request, this.model.manifest);
    this.checkPreviews(request.previews);
    return this.runs.run(async () => {
      const picture = new Picture(this.model, this.budget, traits);
      this.pictures.add(picture);
      return await this.runLevels(picture, levels, { job, previews: request.previews ?? [] });
    });
  }

  continuePicture(pictureId: PictureId, request: ContinueRequest, job: RunJob): Promise<RunResult> {
    this.checkPreviews(request.previews);
    return this.runs.run(async () => {
      const picture = this.pictures.get(pictureId);
      checkContinueRequest(request, picture.describe(), this.model.manifest.config.levels);
      const previews = request.previews ?? [];
      return await this.runLevels(picture, request.toLevel, { job, previews });
    });
  }

  stop(when: StopWhen): void {
    if (this.current !== null) this.current.stopWhen = when;
  }

  decode(
    pictureId: PictureId,
    request: DecodeRequest & { readonly canvasId: string },
    signal: AbortSignal,
  ): Promise<DecodeResult> {
    return this.viewer.decode(pictureId, request, signal);
  }

  readPixels(pictureId: PictureId, request: DecodeRequest, signal: AbortSignal): Promise<Pixels> {
    return this.viewer.readPixels(pictureId, request, signal);
  }

  readFrames(pictureId: PictureId, request: FramesRequest, signal: AbortSignal): Promise<Frames> {
    return this.viewer.readFrames(pictureId, request, signal);
  }

  describePicture(pictureId: PictureId): PictureInfo {
    return this.pictures.get(pictureId).describe();
  }

  exportLatent(pictureId: PictureId, encoding: LatentEncoding): Promise<Uint8Array<ArrayBuffer>> {
    return this.decoding.run(async () => {
      const picture = this.pictures.get(pictureId);
      if (picture.levelsDone > 0) return writeDcsFile(await picture.save(), encoding);
      throw new EngineError(
        'BadRequest',
        'The picture has no finished level to save yet. Wait for the first one.',
      );
    });
  }

  importLatent(file: Uint8Array): ImportedPicture {
    const { modelId, decoderSha256: sha256, latentDim, ...document } = readDcsFile(file);
    const { manifest } = this.model;
    const isOurs =
      sha256 === decoderSha256(this.model) &&
      latentDim === manifest.config.latentDim &&
      document.levelsDone <= manifest.config.levels;
    if (!isOurs) {
      throw new EngineError(
        'OtherModel',
        `This .dcs file was made with the model "${modelId}"; the model in use is "${manifest.id}", or another version of it. Load the model it was made with.`,
      );
    }
    const { latents, trajectory, levelsDone, levelsInFile, encoding, ...traits } = document;
    if (traits.mode === 'sync' && trajectory === null) {
      throw new EngineError(
        'LatentInvalid',
        'This .dcs file lacks the states of its sync sampler. Save the picture again.',
      );
    }
    const picture = new Picture(
      this.model,
      this.budget,
      { origin: 'imported', ...traits },
      { latents, trajectory, levelsDone },
    );
    this.pictures.add(picture);
    return { ...picture.describe(), levelsInFile, encoding };
  }

  reconstruct(pixels: Pixels, request: ReconstructRequest): Promise<PictureInfo> {
    checkImage(pixels, request.sizePx, this.model.manifest.config.k);
    return this.decoding.run(async () => {
      const picture = await reconstructPicture(this.model, this.budget, pixels, request);
      this.pictures.add(picture);
      return picture.describe();
    });
  }

  reconstructClip(frames: Frames, request: ReconstructRequest): Promise<PictureInfo> {
    checkFrames(frames, request.sizePx, this.model.manifest.config);
    return this.decoding.run(async () => {
      const picture = await reconstructClip(this.model, this.budget, frames, request);
      this.pictures.add(picture);
      return picture.describe();
    });
  }

  dispose(pictureId: PictureId): Promise<void> {
    return this.decoding.run(() => {
      const picture = this.pictures.get(pictureId);
      if (picture.isRunning) {
        throw new EngineError(
          'BadRequest',
          'The picture is being generated. Stop or cancel its run before disposing of it.',
        );
      }
      this.pictures.remove(picture);
      return Promise.resolve();
    });
  }

  counters(): EngineCounters {
    return {
      ...this.model.backend.counts(),
      cacheBytes: this.budget.usedBytes,
      memoryBudgetBytes: this.budget.limitBytes,
    };
  }

  /** Frees everything once the work in hand has ended; whoever calls this has cancelled it. */
  async release(): Promise<void> {
    await this.runs.run(() =>
      this.decoding.run(async () => {
        this.pictures.clear();
        await this.model.release();
      }),
    );
  }

  private async runLevels(
    picture: Picture,
    toLevel: number,
    { job, previews }: { readonly job: RunJob; readonly previews: readonly PreviewTarget[] },
  ): Promise<RunResult> {
    const current = { stopWhen: null as StopWhen | null, job };
    this.current = current;
    picture.isRunning = true;
    const isCancelled = (): boolean => job.signal.aborted;
    try {
      if (isCancelled()) return { status: 'cancelled' };
      const run = new LevelRun(
        {
          model: this.model,
          canvases: this.canvases,
          decoding: this.decoding,
          targets: previews,
          emit: job.onEvent,
          shouldStop: () => this.hasEnded(job.signal),
          control: { isCancelled, stopWhen: () => current.stopWhen },
          now: () => this.host.now(),
          yieldToTasks: () => this.host.yieldToTasks(),
        },
        picture,
        toLevel,
      );
      const { status, timings } = await run.run();
      job.onEvent({ type: 'run-end', status });
      if (status === 'cancelled') return { status };
      const { levelsDone } = picture;
      if (status === 'finished') return { status, pictureId: picture.id, levelsDone, timings };
      return { status, pictureId: levelsDone === 0 ? null : picture.id, levelsDone, timings };
    } finally {
      this.current = null;
      picture.isRunning = false;
      if (picture.levelsDone === 0) await this.decoding.run(() => this.remove(picture));
    }
  }

  private remove(picture: Picture): Promise<void> {
    this.pictures.remove(picture);
    return Promise.resolve();
  }

  private async hasEnded(signal: AbortSignal): Promise<boolean> {
    await this.host.yieldToTasks();
    return signal.aborted;
  }

  private checkPreviews(previews: readonly PreviewTarget[] | undefined): void {
    assertAttached(this.canvases, previews?.map(({ canvasId }) => canvasId) ?? []);
  }

  private reportDrop(owner: CacheOwner, freedBytes: number): void {
    this.current?.job.onEvent({
      type: 'cache-dropped',
      pictureId: this.pictures.ownerOf(owner)?.id ?? null,
      freedBytes,
      consequence: owner.consequence,
    });
  }
}
