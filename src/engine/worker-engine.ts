/**
 * The engine over a worker: turns abort signals into `cancel` calls, replaces a worker that does not answer or has died,
 * and ends the calls that were waiting for it. Knows the worker as a connection only, so that it runs on any.
 */
import type {
  Engine,
  EngineLoss,
  LoadEvent,
  LoadOptions,
  RunEvent,
  RunResult,
} from '../contract/engine';
import type { CancelSignal, CanvasHandle } from '../contract/platform';
import { EngineError } from '../contract/engine-error';
import type { JobId, WorkerApi } from '../contract/worker-api';

/** A worker that can be talked to. */
export interface WorkerConnection {
  readonly api: WorkerApi;
  terminate(): void;
  /** Calls `listener` when the worker dies by itself. */
  onCrash(listener: (message: string) => void): void;
}

/** What a {@link WorkerEngine} is made of. */
export interface WorkerEngineOptions {
  /** Starts a worker. */
  readonly connect: () => WorkerConnection;
  /** How long a cancelled run may go on before its worker is replaced. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 2000;

/**
 * How many times longer a cancelled look at a picture may go on than a cancelled run. A replaced worker takes every
 * picture with it, and a slider that is dragged cancels looks all the time, on slow machines and during runs too.
 */
const LOOK_PATIENCE = 30;

/** One worker's life. */
interface Session {
  readonly connection: WorkerConnection;
  /** Rejects the calls that wait for this worker when it is lost. */
  readonly lost: Promise<never>;
  readonly lose: (error: EngineError) => void;
}

/** An {@link Engine} whose work is done by a worker. */
export class WorkerEngine implements Engine {
  private readonly connect: () => WorkerConnection;
  private readonly patienceMs: number;
  private readonly lossListeners = new Set<(loss: EngineLoss) => void>();
  private session: Session | null = null;
  private lastJobId: JobId = 0;

  constructor({ connect, patienceMs = PATIENCE_MS }: WorkerEngineOptions) {
    this.connect = connect;
    this.patienceMs = patienceMs;
  }

  load(
    bundleUrl: string,
    options: LoadOptions,
    signal: CancelSignal | null,
    onEvent: (event: LoadEvent) => void,
  ): ReturnType<Engine['load']> {
    return this.job(signal, (api, jobId) => api.load(jobId, bundleUrl, options, onEvent));
  }

  attachCanvas(canvasId: string, canvas: CanvasHandle): Promise<void> {
    return this.call((api) => api.attachCanvas(canvasId, canvas));
  }

  readonly detachCanvas: Engine['detachCanvas'] = (canvasId) =>
    this.call((api) => api.detachCanvas(canvasId));

  readonly readPrompt: Engine['readPrompt'] = (prompt) =>
    this.call((api) => api.readPrompt(prompt));

  readonly generate: Engine['generate'] = (request, signal, onEvent) =>
    this.run(signal, onEvent, (api, jobId, listener) => api.generate(jobId, request, listener));

  readonly continuePicture: Engine['continuePicture'] = (pictureId, request, signal, onEvent) =>
    this.run(signal, onEvent, (api, jobId, listener) =>
      api.continuePicture(jobId, pictureId, request, listener),
    );

  readonly stop: Engine['stop'] = (when) => this.call((api) => api.stop(when));

  readonly decode: Engine['decode'] = async (pictureId, request, signal) => {
    if (isAborted(signal)) return { status: 'cancelled' };
    return this.look(signal, (api, jobId) => api.decode(jobId, pictureId, request));
  };

  readonly readPixels: Engine['readPixels'] = (pictureId, request, signal) =>
    this.look(signal, (api, jobId) => api.readPixels(jobId, pictureId, request));

  readonly readFrames: Engine['readFrames'] = (pictureId, request, signal) =>
    this.look(signal, (api, jobId) => api.readFrames(jobId, pictureId, request));

  readonly describePicture: Engine['describePicture'] = (pictureId) =>
    this.call((api) => api.describePicture(pictureId));

  readonly exportLatent: Engine['exportLatent'] = (pictureId, encoding) =>
    this.call((api) => api.exportLatent(pictureId, encoding));

  readonly importLatent: Engine['importLatent'] = (file) =>
    this.call((api) => api.importLatent(file));

  readonly reconstruct: Engine['reconstruct'] = (pixels, request) =>
    this.call((api) => api.reconstruct(pixels, request));

  readonly reconstructClip: Engine['reconstructClip'] = (frames, request) =>
    this.call((api) => api.reconstructClip(frames, request));

  readonly dispose: Engine['dispose'] = (pictureId) => this.call((api) => api.dispose(pictureId));

  readonly counters: Engine['counters'] = () => this.call((api) => api.counters());

  readonly unload: Engine['unload'] = async () => {
    if (this.session !== null) await this.call((api) => api.unload());
  };

  onLost(listener: (loss: EngineLoss) => void): () => void {
    this.lossListeners.add(listener);
    return () => this.lossListeners.delete(listener);
  }

  /** A run that was aborted before its answer arrived is a cancelled run, whatever became of the worker. */
  private async run(
    signal: CancelSignal | null,
    onEvent: (event: RunEvent) => void,
    start: (
      api: WorkerApi,
      jobId: JobId,
      listener: (event: RunEvent) => void,
    ) => Promise<RunResult>,
  ): Promise<RunResult> {
    if (isAborted(signal)) return { status: 'cancelled' };
    let hasEnded = false;
    try {
      return await this.job(signal, (api, jobId) =>
        start(api, jobId, (event) => {
          if (!hasEnded) onEvent(event);
        }),
      );
    } catch (error) {
      if (isAborted(signal) && this.session === null) return { status: 'cancelled' };
      throw error;
    } finally {
      hasEnded = true;
    }
  }

  private look<T>(
    signal: CancelSignal | null,
    start: (api: WorkerApi, jobId: JobId) => Promise<T>,
  ): Promise<T> {
    return this.job(signal, start, LOOK_PATIENCE * this.patienceMs);
  }

  private async job<T>(
    signal: CancelSignal | null,
    start: (api: WorkerApi, jobId: JobId) => Promise<T>,
    patienceMs = this.patienceMs,
  ): Promise<T> {
    if (isAborted(signal)) throw new EngineError('Cancelled', 'This was cancelled.');
    const jobId = (this.lastJobId += 1);
    const session = this.open();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const abort = (): void => {
      void session.connection.api.cancel(jobId);
      timer = setTimeout(() => this.replaceUnresponsive(session, patienceMs), patienceMs);
    };
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([start(session.connection.api, jobId), session.lost]);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  private call<T>(use: (api: WorkerApi) => Promise<T>): Promise<T> {
    const session = this.open();
    return Promise.race([use(session.connection.api), session.lost]);
  }

  private open(): Session {
    if (this.session !== null) return this.session;
    const connection = this.connect();
    let lose: Session['lose'] | null = null;
    const lost = new Promise<never>((_resolve, reject) => (lose = reject));
    lost.catch(() => undefined); // nobody may be waiting
    const session: Session = { connection, lost, lose: (error) => lose?.(error) };
    this.session = session;
    connection.onCrash((message) =>
      this.lose(session, {
        reason: 'crashed',
        message: `The engine stopped by itself (${message}). Load the model again.`,
      }),
    );
    void connection.api.watchLoss((loss) => this.lose(session, loss));
    return session;
  }

  private replaceUnresponsive(session: Session, patienceMs: number): void {
    this.lose(session, {
      reason: 'unresponsive',
      message: `The engine did not answer within ${patienceMs / 1000} s of a cancel and was ended. Load the model again.`,
    });
  }

  private lose(session: Session, loss: EngineLoss): void {
    if (this.session !== session) return;
    this.session = null;
    session.connection.terminate();
    const code = loss.reason === 'device-lost' ? 'DeviceLost' : 'EngineFailed';
    session.lose(new EngineError(code, loss.message));
    this.lossListeners.forEach((listener) => listener(loss));
  }
}

/** Asked anew each time: it changes while we wait. */
function isAborted(signal: CancelSignal | null): boolean {
  return signal?.aborted === true;
}
