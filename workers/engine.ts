/** The engine of the worker: loading, unloading, canvases and the cancelling of jobs. Rules in SPEC.md. */
import type { EngineInfo, EngineLoss, LoadEvent, LoadOptions } from '../src/contract/engine';
import type { CanvasHandle } from '../src/contract/platform';
import { EngineError } from '../src/contract/engine-error';
import type { JobId, WorkerApi } from '../src/contract/worker-api';
import type { EngineHost } from './engine-host';
import { LoadedEngine } from './loaded-engine';
import { loadModel } from './model-loading';
import { Mutex } from './mutex';

/** Makes an engine that is not loaded yet. */
export function createEngineCore(host: EngineHost): WorkerApi {
  return new EngineCore(host);
}

class EngineCore implements WorkerApi {
  private readonly host: EngineHost;
  private readonly canvases = new Map<string, CanvasHandle>();
  private readonly jobs = new Map<JobId, AbortController>();
  private readonly lossListeners: ((loss: EngineLoss) => void)[] = [];
  private readonly loading = new Mutex();
  private loaded: LoadedEngine | null = null;

  constructor(host: EngineHost) {
    this.host = host;
  }

  load(
    jobId: JobId,
    bundleUrl: string,
    options: LoadOptions,
    onEvent: (event: LoadEvent) => void,
  ): Promise<EngineInfo> {
    this.cancelAll();
    return this.withJob(jobId, (signal) =>
      this.loading.run(async () => {
        await this.release();
        const request = { bundleUrl, backend: options.backend, signal, onEvent };
        const { model, whyNotWebGpu } = await loadModel(this.host, request);
        const { backend, manifest } = model;
        const memoryBudgetBytes = options.memoryBudgetBytes ?? backend.defaultMemoryBudgetBytes;
        const loaded = new LoadedEngine(this.host, model, this.canvases, memoryBudgetBytes);
        this.loaded = loaded;
        void backend.lost?.then((reason) => this.reportLoss(loaded, reason));
        const { kind, adapter, runtimeBuild, threads } = backend;
        const fixed = { adapter, runtimeBuild, threads, memoryBudgetBytes, manifest };
        return { backend: kind, whyNotWebGpu, ...fixed };
      }),
    );
  }

  attachCanvas(canvasId: string, canvas: CanvasHandle): Promise<void> {
    this.canvases.set(canvasId, canvas);
    return Promise.resolve();
  }

  detachCanvas(canvasId: string): Promise<void> {
    this.canvases.delete(canvasId);
    return Promise.resolve();
  }

  readonly readPrompt: WorkerApi['readPrompt'] = (prompt) =>
    this.withLoaded((loaded) => loaded.readPrompt(prompt));

  readonly generate: WorkerApi['generate'] = (jobId, request, onEvent) =>
    this.withJob(jobId, (signal) =>
      this.withLoaded((loaded) => loaded.generate(request, { signal, onEvent })),
    );

  readonly continuePicture: WorkerApi['continuePicture'] = (jobId, pictureId, request, onEvent) =>
    this.withJob(jobId, (signal) =>
      this.withLoaded((loaded) => loaded.continuePicture(pictureId, request, { signal, onEvent })),
    );

  readonly stop: WorkerApi['stop'] = (when) => this.withLoaded((loaded) => loaded.stop(when));

  readonly decode: WorkerApi['decode'] = (jobId, pictureId, request) =>
    this.withJob(jobId, (signal) =>
      this.withLoaded((loaded) => loaded.decode(pictureId, request, signal)),
    );

  readonly readPixels: WorkerApi['readPixels'] = (jobId, pictureId, request) =>
    this.withJob(jobId, (signal) =>
      this.withLoaded((loaded) => loaded.readPixels(pictureId, request, signal)),
    );

  readonly readFrames: WorkerApi['readFrames'] = (jobId, pictureId, request) =>
    this.withJob(jobId, (signal) =>
      this.withLoaded((loaded) => loaded.readFrames(pictureId, request, signal)),
    );

  readonly describePicture: WorkerApi['describePicture'] = (pictureId) =>
    this.withLoaded((loaded) => loaded.describePicture(pictureId));

  readonly exportLatent: WorkerApi['exportLatent'] = (pictureId, encoding) =>
    this.withLoaded((loaded) => loaded.exportLatent(pictureId, encoding));

  readonly importLatent: WorkerApi['importLatent'] = (file) =>
    this.withLoaded((loaded) => loaded.importLatent(file));

  readonly reconstruct: WorkerApi['reconstruct'] = (pixels, request) =>
    this.withLoaded((loaded) => loaded.reconstruct(pixels, request));

  readonly reconstructClip: WorkerApi['reconstructClip'] = (frames, request) =>
    this.withLoaded((loaded) => loaded.reconstructClip(frames, request));

  readonly dispose: WorkerApi['dispose'] = (pictureId) =>
    this.withLoaded((loaded) => loaded.dispose(pictureId));

  readonly counters: WorkerApi['counters'] = () => this.withLoaded((loaded) => loaded.counters());

  unload(): Promise<void> {
    this.cancelAll();
    return this.loading.run(() => this.release());
  }

  cancel(jobId: JobId): Promise<void> {
    this.jobs.get(jobId)?.abort();
    return Promise.resolve();
  }

  watchLoss(onLoss: (loss: EngineLoss) => void): Promise<void> {
    this.lossListeners.push(onLoss);
    return Promise.resolve();
  }

  private async withLoaded<T>(use: (loaded: LoadedEngine) => T | Promise<T>): Promise<T> {
    if (this.loaded === null) {
      throw new EngineError('ModelNotLoaded', 'No model is loaded. Load one first.');
    }
    return await use(this.loaded);
  }

  private async withJob<T>(jobId: JobId, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.jobs.set(jobId, controller);
    try {
      return await work(controller.signal);
    } finally {
      this.jobs.delete(jobId);
    }
  }

  private cancelAll(): void {
    this.jobs.forEach((controller) => controller.abort());
  }

  private async release(): Promise<void> {
    const { loaded } = this;
    this.loaded = null;
    await loaded?.release();
  }

  private reportLoss(loaded: LoadedEngine, reason: string): void {
    if (this.loaded !== loaded) return; // we let it go ourselves
    const message = `The graphics device was lost (${reason}). Load the model again; if it happens again, choose a smaller size or WASM.`;
    this.lossListeners.forEach((listener) => listener({ reason: 'device-lost', message }));
  }
}
