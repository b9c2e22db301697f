/** From the frames of a clip to the pixel tokens that `tok_encoder` takes (spec 2.1, 2.3). */
import type { Frames } from '../../src/contract/clip';
import type { Pixels } from '../../src/contract/engine';
import type { Grid } from '../../src/contract/grid';
import type { ModelConfig } from '../../src/contract/model-config';
import { pixelTokens } from './picture-input';

const COLOURS = 3;

/** Against the last bit of ratios that are whole numbers: 29.97 frames at 29.97 fps are one second. */
const ROUNDING = 1e-9;

/** Frames of a clip that make whole segments. */
export interface FittedFrames {
  /** Frames of a segment. */
  readonly pt: number;
  /** Indices of the frames kept, `pt` for each segment. */
  readonly kept: readonly number[];
}

/**
 * The frames to keep of a clip of any rate: the nearest rate that `kt` divides, whole segments, cut at the head.
 * Twin of `fit_frames` in training/dcs/geometry.py, held to it by training/tests/golden/clip-frames.json.
 *
 * @param frameCount frames of at least one segment
 */
export function fitFrames(frameCount: number, fps: number, kt: number): FittedFrames {
  const pt = Math.max(1, Math.floor(fps / kt + 0.5));
  const segments = Math.floor((frameCount * kt) / fps + ROUNDING);
  const head = frameCount - (segments * fps) / kt;
  const ratio = fps / (kt * pt);
  const kept = Array.from({ length: segments * pt }, (_, j) => {
    const frame = Math.ceil(head + (j + 1) * ratio - ROUNDING) - 1;
    return Math.min(frameCount - 1, Math.max(0, frame));
  });
  return { pt, kept };
}

/** Every so many frames fewer, the last one of each segment among them. */
export function thinFrames({ pt, kept }: FittedFrames, newPt: number): FittedFrames {
  const ratio = pt / newPt;
  return { pt: newPt, kept: kept.filter((_, j) => (j + 1) % ratio === 0) };
}

/**
 * The most frames of a segment, a divisor of `pt`, with which the patchifier's attention has at most `maxWeights`
 * weights; null if one is too many.
 *
 * @param patches P of the clip
 * @param p pixels along a side of a patch
 */
export function affordableFrames(
  pt: number,
  { patches, p, heads }: { readonly patches: number; readonly p: number; readonly heads: number },
  maxWeights: number,
): number | null {
  for (let frames = pt; frames >= 1; frames -= 1) {
    const pixels = frames * p * p;
    if (pt % frames === 0 && patches * heads * pixels * pixels <= maxWeights) return frames;
  }
  return null;
}

/** Pixel tokens (P, pt*p*p, 3) in [-1, 1] of the kept frames, each cropped to the aspect of the grid. */
export function clipTokens(
  frames: Frames,
  { pt, kept }: FittedFrames,
  shape: {
    readonly grid: Grid;
    readonly p: number;
    readonly coordMode: ModelConfig['coordMode'];
  },
): Float32Array<ArrayBuffer> {
  const { grid, p, coordMode } = shape;
  const patches = grid.gh * grid.gw; // of a segment
  const size = p * p * COLOURS; // of a patch in one frame
  const tokens = new Float32Array(kept.length * patches * size);
  kept.forEach((index, j) => {
    const ofFrame = pixelTokens(frameOf(frames, index), { ...grid, gt: 1 }, p, coordMode);
    const segment = Math.floor(j / pt);
    for (let patch = 0; patch < patches; patch += 1) {
      const target = ((segment * patches + patch) * pt + (j % pt)) * size;
      tokens.set(ofFrame.subarray(patch * size, (patch + 1) * size), target);
    }
  });
  return tokens;
}

function frameOf({ width, height, rgba }: Frames, index: number): Pixels {
  const bytes = width * height * 4;
  return { width, height, rgba: rgba.subarray(index * bytes, (index + 1) * bytes) };
}
