/**
 * Positions and rotary tables (docs/graphs.md, "Coordinates and RoPE tables"). A table has one row per token and one
 * column per pair of a head, in the order t, y, x, level. Computed in float64, stored as float32.
 */
import type { Grid } from '../../src/contract/grid';
import { patchCount } from '../../src/contract/grid';
import type { RopeFrequencies } from '../../src/contract/manifest';
import type { ModelConfig } from '../../src/contract/model-config';

/** Values per position: t, y, x, level. */
const AXES = 4;

/** Positions of tokens, 4 numbers (t, y, x, level) each. */
export type Positions = Float64Array<ArrayBuffer>;

/** cos and sin of position * frequency, each (tokens, pairs). */
export interface RopeTable {
  readonly tokens: number;
  readonly pairs: number;
  readonly cos: Float32Array<ArrayBuffer>;
  readonly sin: Float32Array<ArrayBuffer>;
}

/** The table of some positions. */
export function ropeTable(positions: Positions, frequencies: RopeFrequencies): RopeTable {
  const axes = [frequencies.t, frequencies.y, frequencies.x, frequencies.level];
  const pairs = axes.reduce((sum, axis) => sum + axis.length, 0);
  const tokens = positions.length / AXES;
  const cos = new Float32Array(tokens * pairs);
  const sin = new Float32Array(tokens * pairs);
  let index = 0;
  for (let token = 0; token < tokens; token += 1) {
    for (let axis = 0; axis < AXES; axis += 1) {
      const position = positions[token * AXES + axis]!;
      for (const frequency of axes[axis]!) {
        cos[index] = Math.cos(position * frequency);
        sin[index] = Math.sin(position * frequency);
        index += 1;
      }
    }
  }
  return { tokens, pairs, cos, sin };
}

/** The same table `count` times, one after another: (count * tokens, pairs). */
export function repeatTable(table: RopeTable, count: number): RopeTable {
  const repeat = (values: Float32Array): Float32Array<ArrayBuffer> => {
    const repeated = new Float32Array(values.length * count);
    for (let i = 0; i < count; i += 1) repeated.set(values, i * values.length);
    return repeated;
  };
  return {
    tokens: table.tokens * count,
    pairs: table.pairs,
    cos: repeat(table.cos),
    sin: repeat(table.sin),
  };
}

/**
 * Positions between patches of some levels, in token order: (g, y/k, x/k, level).
 *
 * @param fromLevel counted from 0; the position of a level is its number counted from 1
 */
export function gridPositions(grid: Grid, k: number, fromLevel: number, levels: number): Positions {
  const positions = new Float64Array(levels * patchCount(grid) * AXES);
  let index = 0;
  for (let level = fromLevel; level < fromLevel + levels; level += 1) {
    for (let g = 0; g < grid.gt; g += 1) {
      for (let y = 0; y < grid.gh; y += 1) {
        for (let x = 0; x < grid.gw; x += 1) {
          positions.set([g, y / k, x / k, level + 1], index);
          index += AXES;
        }
      }
    }
  }
  return positions;
}

/** Positions of the latents of one patch: no place, levels `fromLevel` + 1, ... */
export function latentPositions(fromLevel: number, levels: number): Positions {
  const positions = new Float64Array(levels * AXES);
  for (let i = 0; i < levels; i += 1) positions[i * AXES + 3] = fromLevel + i + 1;
  return positions;
}

/** When an image is: at the end of its only segment. */
const IMAGE_TIME = Float64Array.of(1);

/** Positions of pixels of a patch at frames `v`, rows `uy` and columns `ux`, in the order frame, row, column. */
export function pixelPositions(
  uy: Float64Array,
  ux: Float64Array,
  v: Float64Array = IMAGE_TIME,
): Positions {
  const positions = new Float64Array(v.length * uy.length * ux.length * AXES);
  let index = 0;
  for (const t of v) {
    for (const y of uy) {
      for (const x of ux) {
        positions.set([t, y, x, 0], index);
        index += AXES;
      }
    }
  }
  return positions;
}

/**
 * The table of pixels at frames `v`, rows `uy` and columns `ux` of a patch, in that order: equal to `ropeTable` of their
 * `pixelPositions`, with a cosine per row and column instead of one per pixel.
 */
export function pixelTable(
  uy: Float64Array,
  ux: Float64Array,
  frequencies: RopeFrequencies,
  v: Float64Array = IMAGE_TIME,
): RopeTable {
  const rows = ropeTable(pixelPositions(uy, Float64Array.of(0), v), frequencies);
  const columns = ropeTable(pixelPositions(Float64Array.of(0), ux), frequencies);
  const { pairs } = rows;
  const firstX = frequencies.t.length + frequencies.y.length;
  const afterX = firstX + frequencies.x.length;
  const cos = new Float32Array(rows.tokens * ux.length * pairs);
  const sin = new Float32Array(cos.length);
  let index = 0;
  for (let row = 0; row < rows.tokens; row += 1) {
    for (let column = 0; column < ux.length; column += 1) {
      for (let pair = 0; pair < pairs; pair += 1) {
        const isX = pair >= firstX && pair < afterX;
        const source = isX ? columns : rows;
        const token = isX ? column : row;
        cos[index] = source.cos[token * pairs + pair]!;
        sin[index] = source.sin[token * pairs + pair]!;
        index += 1;
      }
    }
  }
  return { tokens: rows.tokens * ux.length, pairs, cos, sin };
}

/** Coordinates of the `pt` frames of a segment, tail-aligned (paper 6.2): the last one is always 1. */
export function frameCoordinates(pt: number): Float64Array {
  return Float64Array.from({ length: pt }, (_, j) => (j + 1) / pt);
}

/** Coordinates of the `p` pixels along one side of a patch: centres, or (paper) corner to corner. */
export function patchCoordinates(p: number, coordMode: ModelConfig['coordMode']): Float64Array {
  return Float64Array.from({ length: p }, (_, i) =>
    coordMode === 'center' ? (i + 0.5) / p : i / (p - 1),
  );
}
