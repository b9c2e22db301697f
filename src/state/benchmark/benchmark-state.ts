/** A benchmark as the page follows it. Types only. */
import type { BenchmarkEnvironment, BenchmarkReport } from './benchmark-report';

/** Where the benchmark is. */
export type BenchmarkState =
  | {
      readonly status: 'running';
      /** Pictures that are made, the one that warms up among them. */
      readonly done: number;
      readonly of: number;
    }
  | { readonly status: 'done'; readonly report: BenchmarkReport }
  | { readonly status: 'failed'; readonly message: string };

/** What can be done with benchmarks. */
export interface BenchmarkActions {
  /** Measures the loaded model on a fixed job. Nothing happens while a run is at work or the model is not ready. */
  readonly startBenchmark: (environment: BenchmarkEnvironment) => Promise<void>;
  readonly cancelBenchmark: () => void;
}
