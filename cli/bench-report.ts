/** docs/benchmarks.md, written from measurements. */
import { cpus } from 'node:os';
import type { BackendTimes, JointTimes, Spread } from './bench-measure';

/** Everything that `npm run bench` measured. */
export interface Measurements {
  readonly model: string;
  readonly runs: number;
  readonly backends: readonly BackendTimes[];
  readonly joint: JointTimes;
}

/** The page. */
export function writeReport({ model, runs, backends, joint }: Measurements): string {
  const [first] = backends;
  if (first === undefined) throw new Error('nothing was measured');
  const processor = `${cpus().length} cores, ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  return `# Benchmarks

\`npm run bench -- --runs ${runs}\` on ${processor}, model \`${model}\`, ${first.levels} levels, ${first.steps} steps a level,
guided. Middle of ${runs} runs, smallest and largest in brackets; the first run of everything is not counted. WASM is the
plain build that the page uses without WebGPU, ${threadsOf(backends, 'wasm')} threads, here in Node.

## A picture

${table(
  ['', ...backends.map(({ backend }) => backend)],
  [
    ['load', ...backends.map(({ loadMs }) => seconds(loadMs))],
    [
      'level 1, drawn at 256 px',
      ...backends.map(({ firstLevelMs }) => range(firstLevelMs, seconds)),
    ],
    [`all ${first.levels} levels`, ...backends.map(({ totalMs }) => range(totalMs, seconds))],
    [
      'outside `session.run`',
      ...backends.map(({ overheadShare }) => range(overheadShare, percent)),
    ],
  ],
)}

The last row is our own share of a run without drawings: kernels, caches, copies, messages.

## Level by level against all at once

One joint call per step for all ${first.levels} levels, without previews and without caches, takes ${range(joint.jointMs, seconds)} on native. Going
level by level takes ${range(joint.ratio.sync, times)} of that in the paper's scheme (a cache for every step) and ${range(joint.ratio['clean-context'], times)} with
clean context; each ratio is of runs one after the other.

## A new size

The size slider decodes again with what is kept of the levels; \`full\` starts from the latent alone.

${table(
  ['px', ...backends.flatMap(({ backend }) => [backend, `${backend}, full`])],
  first.redecodes.map(({ sizePx }, row) => [
    String(sizePx),
    ...backends.flatMap(({ redecodes }) => [
      range(redecodes[row]!.redecodeMs, milliseconds),
      range(redecodes[row]!.fullMs, milliseconds),
    ]),
  ]),
)}

## A call of each graph

Mean time of the calls in the pictures above.

${graphTable(backends)}

${IN_THE_PAGE}`;
}

const IN_THE_PAGE = `## In the page

Under the hood, "Benchmark" measures the loaded model in the browser: one picture to warm up, then three of the same
prompt and seed with 8 steps a level, without previews, and each decoded at four sizes. Times vary with other tabs and
programs, with heat and battery, and with the browser: compare only what ran on the same model, build and threads. The
result is JSON to copy or download. Times are milliseconds; each is \`{ "min", "median", "max" }\` of the measured pictures.

| field | is |
| --- | --- |
| \`format\`, \`version\` | \`"dcs-studio-benchmark"\`, \`1\` |
| \`createdAt\` | when it ended, ISO 8601 in UTC |
| \`environment\` | \`studio\` and \`runtime\` (onnxruntime-web) with their versions, \`browser\` as it names itself, \`cores\` that it tells of |
| \`engine\` | \`backend\`, \`whyNotWebGpu\`, \`adapter\`, \`runtimeBuild\`, \`threads\` |
| \`model\` | \`id\`, \`createdAt\`, \`weightsSha256\` of \`dit_step\`; \`loadMs\`, once, and \`loadedFrom\` the \`network\` or the \`browser\` |
| \`job\` | \`prompt\`, \`seed\`, \`steps\` a level, \`levels\`, measured \`runs\` |
| \`textMs\` | reading the prompt |
| \`levels[]\` | \`level\`; \`stepMs\` of one step, \`samplerMs\` of all steps, \`contextMs\` of making the level the context of the next |
| \`pictureMs\` | the whole run |
| \`decode[]\` | \`sizePx\` of the short side; \`elapsedMs\` of decoding all levels again until the pixels are in memory |
`;

function graphTable(backends: readonly BackendTimes[]): string {
  const rows = Object.keys(backends[0]?.msByGraph ?? {}).map((graph) => {
    const all = backends.map(({ msByGraph }) => msByGraph[graph] ?? Number.NaN);
    return [graph, ...all.map(milliseconds), times(all.at(-1)! / all[0]!)];
  });
  return table(['graph', ...backends.map(({ backend }) => backend), 'ratio'], rows);
}

function threadsOf(backends: readonly BackendTimes[], kind: string): number {
  return backends.find(({ backend }) => backend === kind)?.threads ?? 0;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function range({ min, median, max }: Spread, write: (value: number) => string): string {
  return `${write(median)} (${write(min)} to ${write(max)})`;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
const milliseconds = (ms: number): string => `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
const percent = (share: number): string => `${(share * 100).toFixed(1)}%`;
const times = (ratio: number): string => `${ratio.toFixed(2)} times`;
