/** Measuring the loaded model: the same small job a few times, through the same calls that make pictures. */
import { EngineError, isEngineError } from '../../contract/engine-error';
import type { StudioContext } from '../studio-state';
import {
  BENCHMARK_JOB,
  BENCHMARK_RUNS,
  BENCHMARK_SIZES_PX,
  benchmarkReport,
  type BenchmarkSample,
} from './benchmark-report';
import type { BenchmarkActions } from './benchmark-state';

/** Builds the actions on benchmarks. */
export function createBenchmarkActions(context: StudioContext): BenchmarkActions {
  const { get, set, options } = context;
  let abort = new AbortController();

  async function startBenchmark(
    environment: Parameters<BenchmarkActions['startBenchmark']>[0],
  ): Promise<void> {
    const { model, run, benchmark } = get();
    if (run || model.status !== 'ready' || benchmark?.status === 'running') return;
    abort = new AbortController();
    const { signal } = abort;
    const of = BENCHMARK_RUNS + 1;
    const samples: BenchmarkSample[] = [];
    try {
      for (let done = 0; done < of; done++) {
        set({ benchmark: { status: 'running', done, of } });
        samples.push(await measure(context, model.info.manifest.config.levels, signal));
      }
      const createdAt = new Date(options.nowMs()).toISOString();
      // The first picture warms up: it compiles shaders and fills caches.
      const report = benchmarkReport(samples.slice(1), model, { environment, createdAt });
      if (!signal.aborted) set({ benchmark: { status: 'done', report } });
    } catch (error) {
      if (signal.aborted || isEngineError(error, 'Cancelled')) return;
      const message = error instanceof Error ? error.message : String(error);
      set({ benchmark: { status: 'failed', message } });
    }
  }

  return {
    startBenchmark,
    cancelBenchmark() {
      abort.abort();
      if (get().benchmark?.status === 'running') set({ benchmark: null });
    },
  };
}

/** One picture without previews, and its decodes; it is forgotten afterwards. */
async function measure(
  { engine, options }: StudioContext,
  levels: number,
  signal: AbortSignal,
): Promise<BenchmarkSample> {
  const result = await engine.generate({ ...BENCHMARK_JOB, levels }, signal, () => undefined);
  if (result.status !== 'finished') {
    throw new EngineError('Cancelled', `The benchmark's picture was ${result.status}.`);
  }
  const { pictureId, timings } = result;
  const decodeMs: number[] = [];
  try {
    for (const sizePx of BENCHMARK_SIZES_PX) {
      // Twice: the first one makes what later decodes of the size share.
      await engine.readPixels(pictureId, { levels, sizePx }, signal);
      const startMs = options.now();
      await engine.readPixels(pictureId, { levels, sizePx }, signal);
      decodeMs.push(options.now() - startMs);
    }
  } finally {
    await engine.dispose(pictureId);
  }
  return { timings, decodeMs };
}
