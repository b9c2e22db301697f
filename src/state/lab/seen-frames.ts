/** Media as the tokenizer sees them: cropped to the grid, at its size. Pure. */
import type { Frames } from '../../contract/clip';
import type { Pixels } from '../../contract/engine';
import type { Grid } from '../../contract/grid';
import { sizeForShortSide } from '../../contract/grid';
import { ENTROPY_SIDE_PX, patchEntropy } from '../../contract/patch-entropy';
import { croppedColours } from '../../contract/resample';

/** One frame after another. */
export function framesIn({ frameCount, width, height, rgba }: Frames): Pixels[] {
  const bytes = width * height * 4;
  return Array.from({ length: frameCount }, (_, i) => ({
    width,
    height,
    rgba: rgba.subarray(i * bytes, (i + 1) * bytes),
  }));
}

/** The frames cropped to the grid, with `sizePx` pixels on the short side; white where they were transparent. */
export function seenFrames(frames: Frames, grid: Grid, sizePx: number): Pixels[] {
  const size = sizeForShortSide(grid, sizePx);
  return framesIn(frames).map((frame) => {
    const colours = croppedColours(frame, size, 'center');
    const rgba = new Uint8ClampedArray(size.widthPx * size.heightPx * 4).fill(255);
    for (let i = 0; i * 3 < colours.length; i += 1) {
      for (let c = 0; c < 3; c += 1) rgba[4 * i + c] = (colours[3 * i + c]! + 1) * 127.5;
    }
    return { width: size.widthPx, height: size.heightPx, rgba };
  });
}

/** One image or clip again. */
export function joinedFrames(frames: readonly Pixels[], fps: number): Frames {
  const { width, height } = frames[0]!;
  const rgba = new Uint8ClampedArray(frames.length * width * height * 4);
  frames.forEach((frame, i) => rgba.set(frame.rgba, i * width * height * 4));
  return { fps, frameCount: frames.length, width, height, rgba };
}

/** Bits of entropy of each patch of frames that were seen. */
export function complexityOf(frames: readonly Pixels[], grid: Grid): number[] {
  const widthPx = grid.gw * ENTROPY_SIDE_PX;
  const size = { widthPx, heightPx: grid.gh * ENTROPY_SIDE_PX };
  return patchEntropy(
    frames.map((frame) => croppedColours(frame, size, 'center')),
    grid,
  );
}
