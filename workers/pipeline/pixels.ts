/**
 * From colours of patches to rows of pixels. A frame holds the decoded colours as `depatchify` gives them,
 * (P, Q, 3) about [-1, 1]; a plan says which coordinates were asked for and where each output pixel finds its colour.
 *
 * With `center` coordinates any size is decoded exactly: every output pixel is evaluated at its own centre. With
 * `corner` coordinates only whole patch sizes exist; other sizes are interpolated from the next larger one (spec 2.1). So
 * they are where pixels look at each other: which pixels a patch has would change their colours.
 */
import type { Grid, PatchRange, SizePx } from '../../src/contract/grid';
import { patchCount, sizeForShortSide } from '../../src/contract/grid';
import type { ModelConfig } from '../../src/contract/model-config';
import { patchCoordinates } from './rope';

const COLOURS = 3;

/** Where one axis of the picture finds its colours: per output row (or column), offsets into the frame. */
export interface AxisMap {
  readonly near: Uint32Array<ArrayBuffer>;
  readonly far: Uint32Array<ArrayBuffer>;
  /** Weight of `far`, 0 to 1. */
  readonly weight: Float32Array<ArrayBuffer>;
}

/** Consecutive patches [from, to). */
export type PatchRun = readonly [from: number, to: number];

/** How to decode one frame of a picture at one size. */
export interface FramePlan extends SizePx {
  /** Patches that are decoded: of the frame, which is one segment, or those of a part of it. */
  readonly grid: Grid;
  /** Where they are in the frame: ranges [from, to) of its patches, one after another. */
  readonly runs: readonly PatchRun[];
  /** Of the whole frame, whatever part of it is decoded. */
  readonly framePatches: number;
  /** Pixels asked for in each patch: Q = rows * columns. */
  readonly rows: number;
  readonly columns: number;
  /** Coordinates of the asked rows of each row of patches; one list if all are equal. */
  readonly rowCoordinates: readonly Float64Array[];
  readonly columnCoordinates: readonly Float64Array[];
  readonly rowMap: AxisMap;
  readonly columnMap: AxisMap;
}

/** One axis of a plan, before it knows the strides of the frame. */
interface AxisPlan {
  /** Pixels asked for along this axis of a patch. */
  readonly count: number;
  readonly coordinates: readonly Float64Array[];
  /** Per output pixel: patch and place in it, twice, and the weight of the second. */
  readonly near: readonly (readonly [patch: number, place: number])[];
  readonly far: readonly (readonly [patch: number, place: number])[];
  readonly weight: Float32Array<ArrayBuffer>;
}

/** The plan of any frame of a picture of this grid with `shortSidePx` pixels on its short side. */
export function planFrame(
  picture: Grid,
  shortSidePx: number,
  coordMode: ModelConfig['coordMode'],
  pixelAttention: ModelConfig['pixelAttention'] = 'anchor',
): FramePlan {
  const grid = { ...picture, gt: 1 };
  const size = sizeForShortSide(grid, shortSidePx);
  const p = Math.max(2, Math.ceil(shortSidePx / Math.min(grid.gh, grid.gw)));
  const planAxis = (patches: number, sizePx: number): AxisPlan =>
    coordMode === 'center' && pixelAttention !== 'full'
      ? exactAxis(patches, sizePx)
      : wholeAxis(patches, { sizePx, p, coordMode });
  const vertical = planAxis(grid.gh, size.heightPx);
  const horizontal = planAxis(grid.gw, size.widthPx);
  const pixels = vertical.count * horizontal.count; // Q
  return {
    ...size,
    grid,
    runs: [[0, patchCount(grid)]],
    framePatches: patchCount(grid),
    rows: vertical.count,
    columns: horizontal.count,
    rowCoordinates: vertical.coordinates,
    columnCoordinates: horizontal.coordinates,
    rowMap: axisMap(vertical, grid.gw * pixels * COLOURS, horizontal.count * COLOURS),
    columnMap: axisMap(horizontal, pixels * COLOURS, COLOURS),
  };
}

/**
 * The plan of some patches of any frame: a frame of these alone. Their pixels are those that they have in the whole,
 * because at whole patch sizes no pixel is interpolated between patches.
 *
 * @param shortSidePx of the whole picture; a multiple of its patches on the short side, two or more for each
 */
export function planPatches(
  picture: Grid,
  patches: PatchRange,
  shortSidePx: number,
  { coordMode, pixelAttention }: Pick<ModelConfig, 'coordMode' | 'pixelAttention'>,
): FramePlan {
  const { fromRow, toRow, fromColumn, toColumn } = patches;
  const part = { gt: 1, gh: toRow - fromRow, gw: toColumn - fromColumn };
  const p = shortSidePx / Math.min(picture.gh, picture.gw);
  const plan = planFrame(part, p * Math.min(part.gh, part.gw), coordMode, pixelAttention);
  const runs = Array.from({ length: part.gh }, (_, row): PatchRun => {
    const start = (fromRow + row) * picture.gw;
    return [start + fromColumn, start + toColumn];
  });
  return { ...plan, runs, framePatches: picture.gh * picture.gw };
}

/** Where patches [from, to) of a plan are in the frame. */
export function runsOf({ runs }: FramePlan, [from, to]: PatchRun): PatchRun[] {
  const found: [number, number][] = [];
  let start = 0; // of the run, in the plan
  for (const [first, end] of runs) {
    const length = end - first;
    const begin = first + Math.max(0, from - start);
    const stop = first + Math.min(length, to - start);
    const last = found.at(-1);
    if (begin < stop && last?.[1] === begin) last[1] = stop;
    else if (begin < stop) found.push([begin, stop]);
    start += length;
  }
  return found;
}

/** Values of the frame of a plan. */
export function frameLength(plan: FramePlan): number {
  return patchCount(plan.grid) * plan.rows * plan.columns * COLOURS;
}

/** Whether every patch is asked for the same coordinates. */
export function hasSharedCoordinates(plan: FramePlan): boolean {
  return plan.rowCoordinates.length === 1 && plan.columnCoordinates.length === 1;
}

/** The coordinates asked for in one patch. */
export function patchSamples(
  plan: FramePlan,
  patch: number,
): { readonly uy: Float64Array; readonly ux: Float64Array } {
  const row = Math.floor(patch / plan.grid.gw);
  const column = patch % plan.grid.gw;
  return {
    uy: plan.rowCoordinates[Math.min(row, plan.rowCoordinates.length - 1)]!,
    ux: plan.columnCoordinates[Math.min(column, plan.columnCoordinates.length - 1)]!,
  };
}

/** Pixels in one `depatchify` call: about 100 MB at work, and a quarter of a second on WASM. */
const BATCH_PIXELS = 32768;
/** Attention scores in one call where pixels look at each other: 64 MB. One patch is always taken. */
const BATCH_SCORES = 1 << 24;

/** Pixels in one call; fewer where each looks at all others of its patch. */
export function batchPixels(
  plan: FramePlan,
  { pixelAttention, patch, levels }: ModelConfig,
): number {
  if (pixelAttention !== 'full') return BATCH_PIXELS;
  const scoresPerPixel = patch.heads * (plan.rows * plan.columns + levels);
  return Math.min(BATCH_PIXELS, Math.floor(BATCH_SCORES / scoresPerPixel));
}

/** The ranges, cut wherever two neighbours must not be decoded at once. */
export function splitRanges(
  ranges: readonly PatchRun[],
  mayShare: (patch: number, next: number) => boolean,
): PatchRun[] {
  return ranges.flatMap(([from, to]) => {
    const parts: PatchRun[] = [];
    let start = from;
    for (let patch = from + 1; patch <= to; patch += 1) {
      if (patch < to && mayShare(patch - 1, patch)) continue;
      parts.push([start, patch]);
      start = patch;
    }
    return parts;
  });
}

/** What one call decodes. */
export interface PatchBatch {
  /** Of the plan. */
  readonly patches: PatchRun;
  /** Rows [from, to) of pixels of each of them; all, unless a patch alone is too large. */
  readonly rows: readonly [from: number, to: number];
}

/**
 * What to decode call by call: consecutive patches with at most `maxPixels` pixels, or rows of one patch that has more.
 * Rows of a patch are kept together where its pixels look at each other.
 */
export function patchBatches(
  plan: FramePlan,
  maxPixels: number,
  { pixelAttention }: Pick<ModelConfig, 'pixelAttention'>,
): PatchBatch[] {
  const patches = patchCount(plan.grid);
  const size = Math.max(1, Math.floor(maxPixels / (plan.rows * plan.columns)));
  const isCut = pixelAttention !== 'full' && plan.rows * plan.columns > maxPixels;
  const rows = isCut ? Math.max(1, Math.floor(maxPixels / plan.columns)) : plan.rows;
  const batches: PatchBatch[] = [];
  for (let from = 0; from < patches; from += size) {
    for (let row = 0; row < plan.rows; row += rows) {
      batches.push({
        patches: [from, Math.min(patches, from + size)],
        rows: [row, Math.min(plan.rows, row + rows)],
      });
    }
  }
  return batches;
}

/** The pixels of a frame as bytes, red, green, blue and alpha 255: -1 is 0 and 1 is 255. */
export function frameToRgba(frame: Float32Array, plan: FramePlan): Uint8ClampedArray<ArrayBuffer> {
  const rgba = new Uint8ClampedArray(plan.widthPx * plan.heightPx * 4);
  const { rowMap, columnMap } = plan;
  let index = 0;
  for (let y = 0; y < plan.heightPx; y += 1) {
    for (let x = 0; x < plan.widthPx; x += 1) {
      for (let colour = 0; colour < COLOURS; colour += 1) {
        const upper = interpolate(frame, rowMap.near[y]! + colour, columnMap, x);
        const lower = interpolate(frame, rowMap.far[y]! + colour, columnMap, x);
        const value = upper + (lower - upper) * rowMap.weight[y]!;
        rgba[index + colour] = (value * 0.5 + 0.5) * 255;
      }
      rgba[index + 3] = 255;
      index += 4;
    }
  }
  return rgba;
}

function interpolate(frame: Float32Array, base: number, map: AxisMap, x: number): number {
  const near = frame[base + map.near[x]!]!;
  return near + (frame[base + map.far[x]!]! - near) * map.weight[x]!;
}

/** Every output pixel at its own centre: (i + 0.5) * patches / sizePx = patch + coordinate. */
function exactAxis(patches: number, sizePx: number): AxisPlan {
  // The first pixel whose centre lies in patch a or beyond: (2i + 1) * patches >= 2 a sizePx, in whole numbers.
  const firstPixel = (a: number): number => Math.ceil((2 * a * sizePx - patches) / (2 * patches));
  const count = Math.max(1, Math.ceil(sizePx / patches));
  const isEven = sizePx % patches === 0;
  const coordinates = Array.from({ length: isEven ? 1 : patches }, (_, a) =>
    isEven
      ? patchCoordinates(count, 'center')
      : Float64Array.from(
          { length: count },
          (_place, i) => ((firstPixel(a) + i + 0.5) * patches) / sizePx - a,
        ),
  );
  const near = Array.from({ length: sizePx }, (_, i) => {
    const patch = Math.floor(((2 * i + 1) * patches) / (2 * sizePx));
    return [patch, i - firstPixel(patch)] as const;
  });
  return { count, coordinates, near, far: near, weight: new Float32Array(sizePx) };
}

/** Whole patches of `p` pixels, interpolated where the output has another size: with aligned corners, or centres. */
function wholeAxis(
  patches: number,
  {
    sizePx,
    p,
    coordMode,
  }: {
    readonly sizePx: number;
    readonly p: number;
    readonly coordMode: ModelConfig['coordMode'];
  },
): AxisPlan {
  const decoded = patches * p;
  const place = (i: number): readonly [number, number] => [Math.floor(i / p), i % p];
  const cornerScale = sizePx === 1 ? 0 : (decoded - 1) / (sizePx - 1);
  const positions = Array.from({ length: sizePx }, (_, i) =>
    coordMode === 'corner'
      ? i * cornerScale
      : Math.min(decoded - 1, Math.max(0, ((i + 0.5) * decoded) / sizePx - 0.5)),
  );
  const lower = positions.map((position) => Math.min(decoded - 1, Math.floor(position)));
  return {
    count: p,
    coordinates: [patchCoordinates(p, coordMode)],
    near: lower.map(place),
    far: lower.map((i) => place(Math.min(decoded - 1, i + 1))),
    weight: Float32Array.from(lower, (low, i) => positions[i]! - low),
  };
}

function axisMap(axis: AxisPlan, patchStride: number, placeStride: number): AxisMap {
  const offset = ([patch, place]: readonly [number, number]): number =>
    patch * patchStride + place * placeStride;
  return {
    near: Uint32Array.from(axis.near, offset),
    far: Uint32Array.from(axis.far, offset),
    weight: axis.weight,
  };
}
