/** What the two panels of facts say: under the hood and about. The other half of strings.ts. */
import { formatBytes } from './format';

export const hood = {
  keptModel: 'Kept here',
  keptModelHelp:
    'Model files that this browser keeps, so that they are downloaded once. Deleted files are downloaded again with the next visit.',
  modelName: (bundleUrl: string) => bundleUrl.split('/').at(-2) ?? bundleUrl,
  keptSize: (name: string, bytes: number) => `${name}, ${formatBytes(bytes)}`,
  delete: 'Delete',
  deleteModel: (name: string) => `Delete the files of ${name}`,
  heading: 'Under the hood',
  runsOn: 'Runs on',
  adapter: 'Adapter',
  whyNotWebGpu: 'Why not WebGPU',
  runtime: 'Runtime build',
  threads: 'Threads',
  model: 'Model',
  modelSize: 'Model size',
  size: formatBytes,
  loadedIn: 'Loaded in',
  loadedFrom: 'Loaded from',
  fromNetwork: (bytes: number) => `${formatBytes(bytes)} over the network`,
  fromCache: (bytes: number) => `${formatBytes(bytes)} from this browser`,
  cacheProblem: 'Not kept',
  memory: 'Caches',
  memoryOf: (used: number, budget: number) => `${formatBytes(used)} of ${formatBytes(budget)}`,
  memoryNotes: 'Given up for memory',
  readbacks: 'Readbacks',
  readbacksHelp:
    'Copies from the graphics device to the processor. Growing a picture on WebGPU makes none; a download makes one.',
  lastRun: 'Where the time went',
  text: 'Text',
  level: (level: number) => `Level ${level}`,
  perStep: (ms: string) => `${ms} per step`,
  sampler: 'steps',
  context: 'context',
  preview: 'previews',
  total: 'Total',
  graphs: 'Graphs',
  graph: 'Graph',
  runs: 'Runs',
  mean: 'Mean',
  sum: 'Sum',
  redecode: 'Last redraw',
  empty: 'Figures appear when the model is loaded.',
};

export const about = {
  heading: 'About DCS Studio',
  lead: 'A picture here is not made of pixels but of a latent: a small grid with several levels of detail. A diffusion transformer grows it level by level from noise and your words. A decoder then draws it at any size.',
  points: [
    'Levels are causal: what is finished never changes when more detail is added. That is why you can stop early and go on later.',
    'Size is independent of detail: the same latent is drawn at 64 or 512 pixels without being generated again.',
    'Everything runs on this machine, in a worker of this browser tab. No prompt and no picture leaves it.',
  ],
  method:
    'The method is DCS-LDM, from \u201cDecoupling Complexity from Scale in Latent Diffusion Model\u201d. This is an independent open implementation with models trained for it.',
  model: 'Model',
  licence: 'Licence',
  made: 'Made',
  evaluation: 'Measured on these weights',
  credits: 'Made from the work of',
  by: (author: string) => `by ${author}`,
  software: 'Made with',
  softwareList:
    'React (MIT), React Aria (Apache-2.0), Zustand (MIT), Comlink (Apache-2.0), ONNX Runtime Web (MIT), Tokenizers (Apache-2.0), Geist typeface (OFL-1.1). DCS Studio itself is Apache-2.0.',
};

export const shortcutList = (
  isApple: boolean,
): readonly (readonly [keys: string, what: string])[] => [
  [isApple ? '\u2318 Enter' : 'Ctrl Enter', 'Generate'],
  ['Enter', 'Generate, in the prompt'],
  ['Esc', 'Stop and keep what is finished'],
  ['1 \u2026 9', 'Show that level'],
  ['C', 'Compare: hold this view beside the next'],
  [isApple ? '\u2318 Z' : 'Ctrl Z', 'Take back a setting; with Shift, forward again'],
  ['Alt \u2191 \u2193', 'Earlier prompts, in the prompt'],
];

export const compare = {
  compare: 'Compare',
  divider: 'Divider between the pinned view and the picture',
  pinned: (prompt: string, level: number, width: number, height: number) =>
    `Pinned${prompt === '' ? '' : ` of: ${prompt}`}. Level ${level}, ${width} by ${height} pixels.`,
  short: (level: number, width: number, height: number) =>
    `Level ${level}, ${width} \u00d7 ${height} px`,
};

export const outputs = {
  open: 'All sizes',
  heading: 'One latent, many pictures',
  lead: 'Every level at every size, drawn from the one latent of this picture. Nothing is generated again.',
  size: (sizePx: number) => `${sizePx} px`,
  level: (level: number) => `Level ${level}`,
  cell: (level: number, width: number, height: number) =>
    `Level ${level}, ${width} by ${height} pixels`,
  download: 'Download as one PNG',
};
