/**
 * An engine that computes nothing: deterministic waves at a chosen speed, in process. It keeps the rules of
 * workers/SPEC.md (the same tests run on it), so that the page can be worked on and tested without a model.
 */
import type { Engine, EngineLoss, PictureInfo, StopWhen } from '../contract/engine';
import type { CancelSignal, CanvasHandle } from '../contract/platform';
import { EngineError } from '../contract/engine-error';
import type { Grid } from '../contract/grid';
import { gridForAspect } from '../contract/grid';
import type { PictureTraits } from '../contract/requests';
import {
  checkContinueRequest,
  checkFrames,
  checkImage,
  readCounts,
  readGenerateRequest,
} from '../contract/requests';
import { parseSeed } from '../contract/seed';
import type { ReconstructRequest } from '../contract/reconstruct-request';
import type { PictureId } from '../contract/units';
import { paintPixels } from './fake-canvas';
import { FAKE_MANIFEST } from './fake-manifest';
import { FakePicture, readFakeFile, writeFakeFile } from './fake-picture';
import { fakeFrame, fakeFrames } from './fake-frames';
import type { FakeRun } from './fake-run';
import { readFakePrompt, runFake } from './fake-run';

/** How the fake behaves. */
export interface FakeEngineOptions {
  /** Time of one sampler step. */
  readonly stepMs?: number;
  /** Time of loading. */
  readonly loadMs?: number;
}

const MEMORY_BUDGET_BYTES = 1 << 20;
const MODEL_BYTES = 1_000_000;

/** The fake engine. */
export class FakeEngine implements Engine {
  private readonly stepMs: number;
  private readonly loadMs: number;
  private readonly canvases = new Map<string, CanvasHandle>();
  private readonly pictures = new Map<PictureId, FakePicture>();
  private readonly lossListeners = new Set<(loss: EngineLoss) => void>();
  private isLoaded = false;
  private stopWhen: StopWhen | null = null;
  private runs: Promise<unknown> = Promise.resolve();
  private lastPicture = 0;
  private stepsRun = 0;

  constructor({ stepMs = 40, loadMs = 300 }: FakeEngineOptions = {}) {
    this.stepMs = stepMs;
    this.loadMs = loadMs;
  }

  /** Makes the engine go away, as a lost graphics device would. */
  simulateLoss(loss: EngineLoss): void {
    this.isLoaded = false;
    this.pictures.clear();
    this.canvases.clear();
    this.lossListeners.forEach((listener) => listener(loss));
  }

  readonly load: Engine['load'] = async (_bundleUrl, options, signal, onEvent) => {
    this.isLoaded = false;
    this.pictures.clear();
    onEvent({ type: 'manifest-read', manifest: FAKE_MANIFEST });
    for (const share of [0.25, 0.5, 0.75, 1]) {
      await new Promise((resolve) => setTimeout(resolve, this.loadMs / 4));
      throwIfAborted(signal);
      const sizes = { loadedBytes: share * MODEL_BYTES, totalBytes: MODEL_BYTES };
      onEvent({ type: 'model-load-progress', file: 'none', ...sizes, isCached: false });
    }
    const whyNotWebGpu = 'The fake engine computes nothing.';
    onEvent({ type: 'backend-chosen', backend: 'fake', whyNotWebGpu });
    onEvent({ type: 'compile-start', graph: 'none' });
    onEvent({ type: 'compile-end', graph: 'none', elapsedMs: 0 });
    this.isLoaded = true;
    return {
      backend: 'fake',
      whyNotWebGpu,
      adapter: null,
      runtimeBuild: null,
      threads: 1,
      memoryBudgetBytes: options.memoryBudgetBytes ?? MEMORY_BUDGET_BYTES,
      manifest: FAKE_MANIFEST,
    };
  };

  readonly readPrompt: Engine['readPrompt'] = async (prompt) => {
    await this.assertLoaded();
    return readFakePrompt(prompt);
  };

  readonly attachCanvas: Engine['attachCanvas'] = (canvasId, canvas) => {
    this.canvases.set(canvasId, canvas);
    return Promise.resolve();
  };

  readonly detachCanvas: Engine['detachCanvas'] = (canvasId) => {
    this.canvases.delete(canvasId);
    return Promise.resolve();
  };

  readonly generate: Engine['generate'] = async (request, signal, onEvent) => {
    await this.assertLoaded();
    const { traits, levels } = readGenerateRequest(request, FAKE_MANIFEST);
    const previews = request.previews ?? [];
    this.assertAttached(previews.map(({ canvasId }) => canvasId));
    return await this.enqueue(signal, () => {
      const picture = this.keep(traits, 0);
      return { picture, toLevel: levels, previews, signal, onEvent };
    });
  };

  readonly continuePicture: Engine['continuePicture'] = async (
    pictureId,
    request,
    signal,
    onEvent,
  ) => {
    await this.assertLoaded();
    const previews = request.previews ?? [];
    this.assertAttached(previews.map(({ canvasId }) => canvasId));
    return await this.enqueue(signal, () => {
      const picture = this.find(pictureId);
      checkContinueRequest(request, picture.describe(), FAKE_MANIFEST.config.levels);
      return { picture, toLevel: request.toLevel, previews, signal, onEvent };
    });
  };

  readonly stop: Engine['stop'] = async (when) => {
    await this.assertLoaded();
    this.stopWhen = when;
  };

  readonly decode: Engine['decode'] = async (pictureId, request, signal) => {
    await this.assertLoaded();
    this.assertAttached([request.canvasId]);
    const pixels = fakeFrame(this.find(pictureId), request);
    if (signal?.aborted === true) return { status: 'cancelled' };
    const canvas = this.canvases.get(request.canvasId);
    if (canvas !== undefined) paintPixels(canvas, pixels);
    const size = { widthPx: pixels.width, heightPx: pixels.height };
    return { status: 'drawn', elapsedMs: 1, ...size };
  };

  readonly readPixels: Engine['readPixels'] = async (pictureId, request, signal) => {
    await this.assertLoaded();
    const pixels = fakeFrame(this.find(pictureId), request);
    throwIfAborted(signal);
    return pixels;
  };

  readonly readFrames: Engine['readFrames'] = async (pictureId, request, signal) => {
    await this.assertLoaded();
    const frames = fakeFrames(this.find(pictureId), request);
    throwIfAborted(signal);
    return frames;
  };

  readonly describePicture: Engine['describePicture'] = async (pictureId) => {
    await this.assertLoaded();
    return this.find(pictureId).describe();
  };

  readonly exportLatent: Engine['exportLatent'] = async (pictureId) => {
    await this.assertLoaded();
    return writeFakeFile(this.find(pictureId));
  };

  readonly importLatent: Engine['importLatent'] = async (file) => {
    await this.assertLoaded();
    const { traits, levelsDone } = readFakeFile(file);
    const picture = this.keep({ ...traits, origin: 'imported' }, levelsDone).describe();
    return { ...picture, levelsInFile: levelsDone, encoding: 'float32' };
  };

  readonly reconstruct: Engine['reconstruct'] = async (pixels, request) => {
    await this.assertLoaded();
    const { config } = FAKE_MANIFEST;
    checkImage(pixels, request.sizePx, config.k);
    return this.keepSeen(pixels.rgba, gridForAspect(pixels, config.k), request);
  };

  readonly reconstructClip: Engine['reconstructClip'] = async (frames, request) => {
    await this.assertLoaded();
    const { config } = FAKE_MANIFEST;
    const segments = checkFrames(frames, request.sizePx, config);
    return this.keepSeen(frames.rgba, gridForAspect(frames, config.k, segments), request);
  };

  readonly dispose: Engine['dispose'] = async (pictureId) => {
    await this.assertLoaded();
    if (this.find(pictureId).isRunning) {
      throw new EngineError(
        'BadRequest',
        'The picture is being generated. Stop or cancel its run before disposing of it.',
      );
    }
    this.pictures.delete(pictureId);
  };

  readonly counters: Engine['counters'] = async () => {
    await this.assertLoaded();
    return {
      sessionRuns: this.stepsRun,
      runsByGraph: { dit_step: this.stepsRun },
      msByGraph: { dit_step: this.stepsRun * this.stepMs },
      readbacks: 0,
      liveTensors: this.pictures.size,
      liveBytes: 0,
      cacheBytes: 0,
      memoryBudgetBytes: MEMORY_BUDGET_BYTES,
    };
  };

  readonly unload: Engine['unload'] = () => {
    this.isLoaded = false;
    this.pictures.clear();
    return Promise.resolve();
  };

  onLost(listener: (loss: EngineLoss) => void): () => void {
    this.lossListeners.add(listener);
    return () => this.lossListeners.delete(listener);
  }

  /** Runs after the runs before it. */
  private enqueue(
    signal: CancelSignal | null,
    prepare: () => Pick<FakeRun, 'picture' | 'toLevel' | 'previews' | 'signal' | 'onEvent'>,
  ): ReturnType<Engine['generate']> {
    const result = this.runs.then(async () => {
      if (signal?.aborted === true) return { status: 'cancelled' } as const;
      const run = prepare();
      this.stopWhen = null;
      run.picture.isRunning = true;
      try {
        return await runFake({
          ...run,
          stepMs: this.stepMs,
          canvases: this.canvases,
          stopWhen: () => this.stopWhen,
          onStep: () => (this.stepsRun += 1),
        });
      } finally {
        run.picture.isRunning = false;
        if (run.picture.levelsDone === 0) this.pictures.delete(run.picture.id);
      }
    });
    this.runs = result.catch(() => undefined); // its caller has the error
    return result;
  }

  private keepSeen(rgba: Uint8ClampedArray, grid: Grid, request: ReconstructRequest): PictureInfo {
    const { config, sampler } = FAKE_MANIFEST;
    const counts = readCounts(request.counts, grid, config.levels);
    const levels = counts ? Math.max(...counts) : config.levels;
    const sum = rgba.reduce((total, value) => total + value, 0) % 2 ** 31;
    const traits = { origin: 'reconstructed', prompt: '', seed: parseSeed(sum), grid } as const;
    return this.keep({ ...traits, ...sampler, ...(counts && { counts }) }, levels).describe();
  }

  private keep(traits: PictureTraits, levelsDone: number): FakePicture {
    this.lastPicture += 1;
    const picture = new FakePicture(`fake-${this.lastPicture}` as PictureId, traits, levelsDone);
    this.pictures.set(picture.id, picture);
    return picture;
  }

  private find(pictureId: PictureId): FakePicture {
    const picture = this.pictures.get(pictureId);
    if (picture === undefined) {
      throw new EngineError('PictureNotFound', `There is no picture "${pictureId}".`);
    }
    return picture;
  }

  private assertAttached(canvasIds: readonly string[]): void {
    const missing = canvasIds.find((canvasId) => !this.canvases.has(canvasId));
    if (missing === undefined) return;
    throw new EngineError('BadRequest', `No canvas is attached under the name "${missing}".`);
  }

  /** Asynchronous, as every answer of a worker is. */
  private async assertLoaded(): Promise<void> {
    await Promise.resolve();
    if (!this.isLoaded) {
      throw new EngineError('ModelNotLoaded', 'No model is loaded. Load one first.');
    }
  }
}

function throwIfAborted(signal: CancelSignal | null): void {
  if (signal?.aborted === true) throw new EngineError('Cancelled', 'This was cancelled.');
}
