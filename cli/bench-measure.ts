/** What `npm run bench` measures, on one backend of the command line. All times are milliseconds of a wall clock. */
import type { EngineCounters } from '../src/contract/counters';
import type { GenerateRequest, RunEvent, RunResult } from '../src/contract/engine';
import { readGenerateRequest } from '../src/contract/requests';
import type { PictureId } from '../src/contract/units';
import type { WorkerApi } from '../src/contract/worker-api';
import { createEngineCore } from '../workers/engine';
import { sampleJointly } from '../workers/joint';
import { loadModel } from '../workers/model-loading';
import type { NodeBackend } from './node-host';
import { createNodeHost } from './node-host';

const PROMPT = 'red apple on a light blue background';
const PREVIEW_PX = 256;
const REDECODE_PX = [64, 128, 256, 512] as const;

/** Smallest, middle and largest of repeated measurements. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Decoding one finished latent at a size. */
export interface RedecodeTimes {
  readonly sizePx: number;
  /** Trunk and anchors are there: what a move of the size slider costs. */
  readonly redecodeMs: Spread;
  /** From the latent alone, trunk of every level included. */
  readonly fullMs: Spread;
  /** Calls of the decoder trunk in all runs: what the kept caches save. */
  readonly trunkCalls: { readonly redecode: number; readonly full: number };
}

/** One backend. */
export interface BackendTimes {
  readonly backend: NodeBackend;
  readonly threads: number;
  readonly steps: number;
  readonly levels: number;
  readonly loadMs: number;
  /** From the call until the first level is finished and its picture drawn at 256 px. */
  readonly firstLevelMs: Spread;
  readonly totalMs: Spread;
  /** Share of a run that is not spent waiting for `session.run`. */
  readonly overheadShare: Spread;
  readonly redecodes: readonly RedecodeTimes[];
  /** Mean time of a call, by graph. */
  readonly msByGraph: Readonly<Record<string, number>>;
}

/** Level by level against all levels in one call per step, sampler alone, in pairs. */
export interface JointTimes {
  readonly jointMs: Spread;
  /** Time level by level over joint time, of the same pair. */
  readonly ratio: Readonly<Record<'sync' | 'clean-context', Spread>>;
}

/** Measures one backend. */
export async function measureBackend(
  model: string,
  backend: NodeBackend,
  runs: number,
): Promise<BackendTimes> {
  const core = createEngineCore(createNodeHost(backend));
  const startMs = performance.now();
  const info = await core.load(0, model, { backend: 'auto' }, () => undefined);
  const loadMs = performance.now() - startMs;
  const { config, sampler } = info.manifest;
  await generate(core, { seed: 0, levels: config.levels }); // the first run warms everything up
  const before = await core.counters();
  const found = [];
  const overheadShares = [];
  for (let seed = 1; seed <= runs; seed += 1) {
    found.push(await generate(core, { seed, levels: config.levels }));
    overheadShares.push(await measureOverhead(core, { seed, levels: config.levels }));
  }
  const after = await core.counters();
  const redecodes = [];
  for (const sizePx of REDECODE_PX) {
    redecodes.push(await measureRedecode(core, found[0]!.pictureId, { sizePx, runs }));
  }
  await core.unload();
  return {
    backend,
    threads: info.threads,
    steps: sampler.steps,
    levels: config.levels,
    loadMs,
    firstLevelMs: spread(found.map((run) => run.firstLevelMs)),
    totalMs: spread(found.map((run) => run.totalMs)),
    overheadShare: spread(overheadShares),
    redecodes,
    msByGraph: meanByGraph(before, after),
  };
}

async function generate(
  core: WorkerApi,
  { seed, levels }: { readonly seed: number; readonly levels: number },
): Promise<{
  pictureId: PictureId;
  firstLevelMs: number;
  totalMs: number;
}> {
  const startMs = performance.now();
  let pictureId: PictureId | null = null;
  const firstLevel = { isFinished: false, drawn: Promise.resolve(0) };
  const onEvent = (event: RunEvent): void => {
    if (event.type === 'run-start') ({ pictureId } = event);
    if (event.type !== 'level-end' || firstLevel.isFinished) return;
    firstLevel.isFinished = true;
    const view = { levels: 1, sizePx: PREVIEW_PX };
    firstLevel.drawn = core.readPixels(1, pictureId!, view).then(() => performance.now() - startMs);
  };
  const result = finished(await core.generate(2, request(seed, levels), onEvent));
  const firstLevelMs = await firstLevel.drawn;
  return { ...result, firstLevelMs, totalMs: performance.now() - startMs };
}

/** Share of a run without a drawing in between: two graphs at once would both be waited for in the same time. */
async function measureOverhead(
  core: WorkerApi,
  { seed, levels }: { readonly seed: number; readonly levels: number },
): Promise<number> {
  const before = await core.counters();
  const startMs = performance.now();
  finished(await core.generate(2, request(seed, levels), () => undefined));
  const totalMs = performance.now() - startMs;
  const waitedMs = sum((await core.counters()).msByGraph) - sum(before.msByGraph);
  return 1 - waitedMs / totalMs;
}

function request(seed: number, levels: number): GenerateRequest {
  return { prompt: PROMPT, seed: String(seed), levels, aspect: { width: 1, height: 1 } };
}

async function measureRedecode(
  core: WorkerApi,
  pictureId: PictureId,
  { sizePx, runs }: { readonly sizePx: number; readonly runs: number },
): Promise<RedecodeTimes> {
  const file = await core.exportLatent(pictureId, 'float32');
  const { levelsDone: levels } = await core.describePicture(pictureId);
  const view = { levels, sizePx };
  await core.readPixels(3, pictureId, view);
  const redecodeMs = [];
  const fullMs = [];
  const trunkCalls = { redecode: 0, full: 0 };
  for (let run = 0; run < runs; run += 1) {
    const start = await trunkRuns(core);
    redecodeMs.push(await timed(() => core.readPixels(3, pictureId, view)));
    const middle = await trunkRuns(core);
    const copy = await core.importLatent(file); // a new picture has no caches
    fullMs.push(await timed(() => core.readPixels(3, copy.pictureId, view)));
    trunkCalls.redecode += middle - start;
    trunkCalls.full += (await trunkRuns(core)) - middle;
    await core.dispose(copy.pictureId);
  }
  return { sizePx, redecodeMs: spread(redecodeMs), fullMs: spread(fullMs), trunkCalls };
}

async function trunkRuns(core: WorkerApi): Promise<number> {
  return (await core.counters()).runsByGraph['decoder_trunk'] ?? 0;
}

/** Measures what it costs to go level by level. */
export async function measureJoint(model: string, runs: number): Promise<JointTimes> {
  const host = createNodeHost('native');
  const core = createEngineCore(host);
  const { manifest } = await core.load(0, model, { backend: 'auto' }, () => undefined);
  const { levels } = manifest.config;
  const signal = new AbortController().signal;
  const loading = { bundleUrl: model, backend: 'auto', signal, onEvent: () => undefined } as const;
  const { model: jointModel } = await loadModel(host, loading);
  const jointTimes: number[] = [];
  const ratios = { sync: [] as number[], 'clean-context': [] as number[] };
  for (let run = 0; run <= runs; run += 1) {
    const asked = request(run, levels);
    const { traits } = readGenerateRequest(asked, manifest);
    const jointMs = await timed(() => sampleJointly(jointModel, traits, levels));
    for (const mode of ['sync', 'clean-context'] as const) {
      const result = finished(await core.generate(1, { ...asked, mode }, () => undefined));
      if (run > 0) ratios[mode].push(result.timings.totalMs / jointMs);
      await core.dispose(result.pictureId);
    }
    if (run > 0) jointTimes.push(jointMs); // the first of everything warms up
  }
  await jointModel.release();
  await core.unload();
  const ratio = { sync: spread(ratios.sync), 'clean-context': spread(ratios['clean-context']) };
  return { jointMs: spread(jointTimes), ratio };
}

function finished(result: RunResult): Extract<RunResult, { status: 'finished' }> {
  if (result.status !== 'finished') throw new Error(`A run was ${result.status}.`);
  return result;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(half)]! + sorted[Math.ceil(half)]!) / 2;
  return { min: sorted[0]!, median, max: sorted.at(-1)! };
}

function sum(byGraph: Readonly<Record<string, number>>): number {
  return Object.values(byGraph).reduce((total, value) => total + value, 0);
}

function meanByGraph(before: EngineCounters, after: EngineCounters): Record<string, number> {
  return Object.fromEntries(
    Object.entries(after.msByGraph).map(([graph, ms]) => {
      const runs = after.runsByGraph[graph]! - (before.runsByGraph[graph] ?? 0);
      return [graph, (ms - (before.msByGraph[graph] ?? 0)) / runs];
    }),
  );
}
