/** What the engine has counted since it was loaded. */
export interface EngineCounters {
  /** Runs of any graph. */
  readonly sessionRuns: number;
  /** Runs by graph name. */
  readonly runsByGraph: Readonly<Record<string, number>>;
  /** Milliseconds spent waiting for those runs, by graph name. On WebGPU a run ends before its work on the device does. */
  readonly msByGraph: Readonly<Record<string, number>>;
  /** Copies from the device to memory the CPU can read. Always 0 while generating on WebGPU. */
  readonly readbacks: number;
  /** Tensors made and not yet disposed of. */
  readonly liveTensors: number;
  readonly liveBytes: number;
  /** The part of `liveBytes` that is caches and counts against the memory budget. */
  readonly cacheBytes: number;
  readonly memoryBudgetBytes: number;
}
