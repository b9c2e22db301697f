/** What a benchmark in the page found, as the JSON that is shared; docs/benchmarks.md explains each field. Pure. */
import type { EngineInfo, RunTimings } from '../../contract/engine';
import type { ReadyModel } from '../model-state';

/** Smallest, middle and largest of repeated measurements. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Where a benchmark ran, as far as a browser says. */
export interface BenchmarkEnvironment {
  /** Version of the studio. */
  readonly studio: string;
  /** Version of onnxruntime-web. */
  readonly runtime: string;
  /** As the browser names itself. */
  readonly browser: string;
  readonly cores: number;
}

/** The job, always the same: nothing of it comes from the settings. */
export const BENCHMARK_JOB = {
  prompt: 'red apple on a light blue background',
  seed: '1',
  aspect: { width: 1, height: 1 },
  /** A level. */
  steps: 8,
} as const;

/** Short sides that are decoded, in pixels. */
export const BENCHMARK_SIZES_PX = [64, 128, 256, 512] as const;

/** Measured pictures; one more before them warms everything up. */
export const BENCHMARK_RUNS = 3;

/** One measured picture. */
export interface BenchmarkSample {
  readonly timings: RunTimings;
  /** Of all levels, by size, until the pixels are in memory. */
  readonly decodeMs: readonly number[];
}

/** All times are milliseconds of a wall clock. */
export interface BenchmarkReport {
  readonly format: 'dcs-studio-benchmark';
  readonly version: 1;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly environment: BenchmarkEnvironment;
  readonly engine: Pick<
    EngineInfo,
    'backend' | 'whyNotWebGpu' | 'adapter' | 'runtimeBuild' | 'threads'
  >;
  readonly model: {
    readonly id: string;
    readonly createdAt: string;
    /** SHA-256 of the weights of `dit_step`; null if they are inside the graph. */
    readonly weightsSha256: string | null;
    readonly loadMs: number;
    readonly loadedFrom: 'network' | 'browser';
  };
  readonly job: {
    readonly prompt: string;
    readonly seed: string;
    readonly steps: number;
    readonly levels: number;
    readonly runs: number;
  };
  readonly textMs: Spread;
  readonly pictureMs: Spread;
  readonly levels: readonly {
    readonly level: number;
    readonly stepMs: Spread;
    readonly samplerMs: Spread;
    readonly contextMs: Spread;
  }[];
  readonly decode: readonly { readonly sizePx: number; readonly elapsedMs: Spread }[];
}

/** The report of some samples. */
export function benchmarkReport(
  samples: readonly BenchmarkSample[],
  { info, loadMs, downloadedBytes }: Pick<ReadyModel, 'info' | 'loadMs' | 'downloadedBytes'>,
  { environment, createdAt }: Pick<BenchmarkReport, 'environment' | 'createdAt'>,
): BenchmarkReport {
  const { backend, whyNotWebGpu, adapter, runtimeBuild, threads, manifest } = info;
  const { prompt, seed, steps } = BENCHMARK_JOB;
  const levels = manifest.config.levels;
  const spread = (of: (sample: BenchmarkSample) => number): Spread => spreadOf(samples.map(of));
  return {
    ...{ format: 'dcs-studio-benchmark', version: 1, createdAt, environment },
    engine: { backend, whyNotWebGpu, adapter, runtimeBuild, threads },
    model: {
      id: manifest.id,
      createdAt: manifest.createdAt,
      weightsSha256: manifest.graphs.dit_step.weights?.sha256 ?? null,
      loadMs: rounded(loadMs),
      loadedFrom: downloadedBytes > 0 ? 'network' : 'browser',
    },
    job: { prompt, seed, steps, levels, runs: samples.length },
    textMs: spread(({ timings }) => timings.textMs),
    pictureMs: spread(({ timings }) => timings.totalMs),
    levels: Array.from({ length: levels }, (_, index) => {
      const timesOf = ({ timings }: BenchmarkSample) => timings.levels[index];
      return {
        level: index + 1,
        stepMs: spread((sample) => {
          const times = timesOf(sample);
          return (times?.samplerMs ?? 0) / (times?.samplerCalls ?? 1);
        }),
        samplerMs: spread((sample) => timesOf(sample)?.samplerMs ?? 0),
        contextMs: spread((sample) => timesOf(sample)?.contextMs ?? 0),
      };
    }),
    decode: BENCHMARK_SIZES_PX.map((sizePx, index) => ({
      sizePx,
      elapsedMs: spread(({ decodeMs }) => decodeMs[index] ?? 0),
    })),
  };
}

/** Smallest, middle and largest; of an even number the middle is between the two middle ones. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number): number => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    min: rounded(at(0)),
    median: rounded((at(Math.floor(middle)) + at(Math.ceil(middle))) / 2),
    max: rounded(at(sorted.length - 1)),
  };
}

/** Clocks of browsers give tenths of a millisecond at best. */
function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
