/** How much each patch of a picture or a clip has to tell. Twin of `patch_entropy` in training/dcs/allocation.py. */
import type { Grid } from './grid';
import { patchCount } from './grid';

/** Pixels of a side of a patch: the entropy of a histogram grows with the number of pixels, so it is measured at one size. */
export const ENTROPY_SIDE_PX = 16;

const BINS = 32;
/** ITU-R BT.601 */
const LUMA = [0.299, 0.587, 0.114] as const;
const COLOURS = 3;

/**
 * Shannon entropy in bits of the histogram of each patch's luma, 32 bins; all frames of a segment count together.
 *
 * @param frames colours (gh * 16, gw * 16, 3) in [-1, 1], equally many of each segment
 */
export function patchEntropy(frames: readonly Float32Array[], grid: Grid): number[] {
  const width = grid.gw * ENTROPY_SIDE_PX;
  const perSegment = frames.length / grid.gt;
  const counts = Array.from({ length: patchCount(grid) }, () => new Uint32Array(BINS));
  frames.forEach((colours, frame) => {
    const first = Math.floor(frame / perSegment) * grid.gh * grid.gw;
    for (let pixel = 0; pixel * COLOURS < colours.length; pixel += 1) {
      const row = Math.floor(pixel / width / ENTROPY_SIDE_PX);
      const column = Math.floor((pixel % width) / ENTROPY_SIDE_PX);
      counts[first + row * grid.gw + column]![binOf(colours, pixel * COLOURS)]! += 1;
    }
  });
  const pixels = perSegment * ENTROPY_SIDE_PX ** 2;
  return counts.map((bins) => bins.reduce((bits, count) => bits + surprise(count / pixels), 0));
}

function binOf(colours: Float32Array, at: number): number {
  const luma = LUMA.reduce((sum, weight, colour) => sum + weight * colours[at + colour]!, 0);
  return Math.max(0, Math.min(Math.floor(((luma + 1) / 2) * BINS), BINS - 1));
}

function surprise(share: number): number {
  return share === 0 ? 0 : -share * Math.log2(share);
}
