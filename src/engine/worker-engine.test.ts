import { describe, expect, it } from 'vitest';
import type { DecodeResult, EngineLoss, RunEvent, RunResult } from '../contract/engine';
import { EngineError } from '../contract/engine-error';
import type { WorkerApi } from '../contract/worker-api';
import type { WorkerConnection } from './worker-engine';
import { WorkerEngine } from './worker-engine';

const PATIENCE_MS = 30;
const REQUEST = { prompt: '', seed: '1', levels: 1, aspect: { width: 1, height: 1 } };
const ignore = (): undefined => undefined;
const never = <T>(): Promise<T> => new Promise<T>(ignore);

/** A worker that does what a test tells it to. */
class TestWorker implements WorkerConnection {
  readonly api: WorkerApi;
  isTerminated = false;
  readonly cancelled: number[] = [];
  lose: (loss: EngineLoss) => void = ignore;
  crash: (message: string) => void = ignore;

  constructor(behaviour: Partial<WorkerApi>) {
    const missing = (): Promise<never> => Promise.reject(new Error('not part of this test'));
    this.api = {
      load: missing,
      readPrompt: missing,
      attachCanvas: missing,
      detachCanvas: missing,
      generate: missing,
      continuePicture: missing,
      stop: missing,
      decode: missing,
      readPixels: missing,
      readFrames: missing,
      describePicture: missing,
      exportLatent: missing,
      importLatent: missing,
      reconstruct: missing,
      reconstructClip: missing,
      dispose: missing,
      counters: missing,
      unload: missing,
      cancel: (jobId) => {
        this.cancelled.push(jobId);
        return Promise.resolve();
      },
      watchLoss: (onLoss) => {
        this.lose = onLoss;
        return Promise.resolve();
      },
      ...behaviour,
    };
  }

  terminate(): void {
    this.isTerminated = true;
  }

  onCrash(listener: (message: string) => void): void {
    this.crash = listener;
  }
}

function engineWith(behaviour: Partial<WorkerApi>): {
  engine: WorkerEngine;
  workers: TestWorker[];
  losses: EngineLoss[];
} {
  const workers: TestWorker[] = [];
  const losses: EngineLoss[] = [];
  const engine = new WorkerEngine({
    patienceMs: PATIENCE_MS,
    connect: () => {
      const worker = new TestWorker(behaviour);
      workers.push(worker);
      return worker;
    },
  });
  engine.onLost((loss) => losses.push(loss));
  return { engine, workers, losses };
}

describe('WorkerEngine', () => {
  it('[ABORT6] replaces a worker that does not end a cancelled run', async () => {
    const { engine, workers, losses } = engineWith({ generate: never, counters: never });
    const abort = new AbortController();
    const run = engine.generate(REQUEST, abort.signal, ignore);
    const waiting = engine.counters();
    abort.abort();
    expect(await run).toEqual({ status: 'cancelled' });
    await expect(waiting).rejects.toMatchObject({ name: 'EngineFailed' });
    expect(losses.map(({ reason }) => reason)).toEqual(['unresponsive']);
    expect(workers[0]).toMatchObject({ isTerminated: true, cancelled: [1] });
  });

  it('gives a worker its time to end a cancelled run by itself', async () => {
    const answer: { resolve: (result: RunResult) => void } = { resolve: ignore };
    const generate = (): Promise<RunResult> => new Promise((resolve) => (answer.resolve = resolve));
    const { engine, workers, losses } = engineWith({ generate });
    const abort = new AbortController();
    const run = engine.generate(REQUEST, abort.signal, ignore);
    abort.abort();
    answer.resolve({ status: 'cancelled' });
    expect(await run).toEqual({ status: 'cancelled' });
    await new Promise((resolve) => setTimeout(resolve, 2 * PATIENCE_MS));
    expect(losses).toEqual([]);
    expect(workers[0]?.isTerminated).toBe(false);
  });

  it('[ABORT6] waits for a cancelled look at a picture, which is slow on a slow machine', async () => {
    const answer: { resolve: (result: DecodeResult) => void } = { resolve: ignore };
    const decode = (): Promise<DecodeResult> =>
      new Promise((resolve) => (answer.resolve = resolve));
    const { engine, workers, losses } = engineWith({ decode });
    const abort = new AbortController();
    const look = engine.decode(
      'p' as never,
      { canvasId: 'view', levels: 1, sizePx: 64 },
      abort.signal,
    );
    abort.abort();
    await new Promise((resolve) => setTimeout(resolve, 3 * PATIENCE_MS));
    expect(workers[0]?.isTerminated).toBe(false);
    answer.resolve({ status: 'cancelled' });
    expect(await look).toEqual({ status: 'cancelled' });
    expect(losses).toEqual([]);
  });

  it('[LOST1] [LOST2] ends waiting calls when the device is lost, and starts anew', async () => {
    const { engine, workers, losses } = engineWith({
      generate: never,
      readPrompt: () => Promise.resolve({ tokenCount: 1, truncatedTokens: 0, unknownWords: [] }),
    });
    const run = engine.generate(REQUEST, null, ignore);
    const loss: EngineLoss = { reason: 'device-lost', message: 'The graphics device was lost.' };
    workers[0]?.lose(loss);
    await expect(run).rejects.toMatchObject({ name: 'DeviceLost', message: loss.message });
    expect(losses).toEqual([loss]);
    await engine.readPrompt('a');
    expect(workers.map(({ isTerminated }) => isTerminated)).toEqual([true, false]);
  });

  it('[LOST1] says so when the worker dies', async () => {
    const { engine, workers, losses } = engineWith({ counters: never });
    const waiting = engine.counters();
    workers[0]?.crash('it could not start');
    await expect(waiting).rejects.toMatchObject({ name: 'EngineFailed' });
    expect(losses[0]).toMatchObject({ reason: 'crashed' });
    expect(losses[0]?.message).toContain('it could not start');
  });

  it('ignores what a replaced worker still says', async () => {
    const { engine, workers, losses } = engineWith({ counters: never });
    engine.counters().catch(ignore);
    workers[0]?.crash('first');
    engine.counters().catch(ignore);
    workers[0]?.lose({ reason: 'device-lost', message: 'late' });
    expect(losses).toHaveLength(1);
    expect(workers[1]?.isTerminated).toBe(false);
    await Promise.resolve();
  });

  it('hands on errors and events as they are, and no event after the end', async () => {
    const late: { emit: (event: RunEvent) => void } = { emit: ignore };
    const { engine } = engineWith({
      generate: (_jobId, _request, onEvent) => {
        late.emit = onEvent;
        onEvent({ type: 'run-end', status: 'cancelled' });
        return Promise.resolve({ status: 'cancelled' });
      },
      readPixels: () => Promise.reject(new EngineError('OutOfMemory', 'too large')),
    });
    const events: RunEvent[] = [];
    await engine.generate(REQUEST, null, (event) => events.push(event));
    late.emit({ type: 'run-end', status: 'finished' });
    expect(events).toEqual([{ type: 'run-end', status: 'cancelled' }]);
    const pixels = engine.readPixels('p' as never, { levels: 1, sizePx: 64 }, null);
    await expect(pixels).rejects.toMatchObject({ name: 'OutOfMemory', message: 'too large' });
  });

  it('tells no one who has stopped listening, and unloads without starting a worker', async () => {
    const { engine, workers } = engineWith({ counters: never });
    await engine.unload();
    expect(workers).toHaveLength(0);
    const heard: EngineLoss[] = [];
    engine.onLost((loss) => heard.push(loss))();
    engine.counters().catch(ignore);
    workers[0]?.crash('x');
    expect(heard).toEqual([]);
  });
});
