import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineError } from '../../contract/engine-error';
import { FakeEngine } from '../../engine/fake-engine';
import type { StudioStore } from '../studio-state';
import { createFakePicture, settle } from '../testing/fake-studio';
import { spreadOf, type BenchmarkReport } from './benchmark-report';

const ENVIRONMENT = { studio: '0.1.0', runtime: '1.30.0', browser: 'none', cores: 2 };

/** Its pixels cost nothing: what is tested is what becomes of the times. */
function quickEngine(stepMs: number, loadMs = 4): FakeEngine {
  const engine = new FakeEngine({ stepMs, loadMs });
  const pixels = { width: 1, height: 1, rgba: new Uint8ClampedArray(4) };
  Object.defineProperty(engine, 'readPixels', { value: () => Promise.resolve(pixels) });
  return engine;
}

function reportOf(store: StudioStore): BenchmarkReport {
  const { benchmark } = store.getState();
  if (benchmark?.status !== 'done') throw new Error(`it is ${benchmark?.status ?? 'absent'}`);
  return benchmark.report;
}

describe('a benchmark in the page', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('says the middle of what each part of the fixed job took', async () => {
    const store = await createFakePicture(quickEngine(10, 40));
    store.getState().actions.change({ prompt: 'not this', steps: 60 });
    void store.getState().actions.startBenchmark(ENVIRONMENT);
    await settle();
    const report = reportOf(store);
    expect(report).toMatchObject({
      format: 'dcs-studio-benchmark',
      version: 1,
      environment: ENVIRONMENT,
      engine: { backend: 'fake', threads: 1 },
      model: { id: 'fake', loadMs: 40, loadedFrom: 'network' },
      job: { prompt: 'red apple on a light blue background', steps: 8, levels: 4, runs: 3 },
      pictureMs: { min: 320, median: 320, max: 320 },
    });
    expect(
      report.levels.map(({ level, stepMs, samplerMs }) => [level, stepMs.median, samplerMs.max]),
    ).toEqual([1, 2, 3, 4].map((level) => [level, 10, 80]));
    expect(report.decode.map(({ sizePx }) => sizePx)).toEqual([64, 128, 256, 512]);
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });

  it('leaves the picture that is shown, and nothing of its own', async () => {
    const engine = quickEngine(1);
    const store = await createFakePicture(engine);
    const dispose = vi.spyOn(engine, 'dispose');
    const before = store.getState().picture;
    void store.getState().actions.startBenchmark(ENVIRONMENT);
    await settle();
    expect(dispose).toHaveBeenCalledTimes(4);
    expect(store.getState().picture).toBe(before);
  });

  it('ends when it is cancelled, and can be started again', async () => {
    const store = await createFakePicture(quickEngine(10));
    const { startBenchmark, cancelBenchmark } = store.getState().actions;
    void startBenchmark(ENVIRONMENT);
    await vi.advanceTimersByTimeAsync(500);
    expect(store.getState().benchmark).toMatchObject({ status: 'running', done: 1, of: 4 });
    cancelBenchmark();
    await settle();
    expect(store.getState().benchmark).toBeNull();
    void startBenchmark(ENVIRONMENT);
    await settle();
    expect(reportOf(store).job.runs).toBe(3);
  });

  it('says what went wrong', async () => {
    const engine = quickEngine(1);
    const store = await createFakePicture(engine);
    Object.defineProperty(engine, 'readPixels', {
      value: () => Promise.reject(new EngineError('OutOfMemory', 'It needs 300 MB.')),
    });
    void store.getState().actions.startBenchmark(ENVIRONMENT);
    await settle();
    const { benchmark } = store.getState();
    expect(benchmark).toEqual({ status: 'failed', message: 'It needs 300 MB.' });
  });
});

describe('the middle of some times', () => {
  it('is between the two middle ones of an even number', () => {
    expect(spreadOf([4, 1, 3])).toEqual({ min: 1, median: 3, max: 4 });
    expect(spreadOf([4, 1.06, 3, 2])).toEqual({ min: 1.1, median: 2.5, max: 4 });
  });
});
