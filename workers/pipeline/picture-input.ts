/** From an image to the pixel tokens that `tok_encoder` takes (spec 2.1): crop to the grid, resample, cut into patches. */
import type { Pixels } from '../../src/contract/engine';
import type { Grid } from '../../src/contract/grid';
import { patchCount } from '../../src/contract/grid';
import type { ModelConfig } from '../../src/contract/model-config';
import { croppedColours } from '../../src/contract/resample';

const COLOURS = 3;

/**
 * Pixel tokens (P, p*p, 3) in [-1, 1] of an image cropped to the aspect of the grid. Transparency shows white.
 *
 * @param p pixels along a side of a patch
 */
export function pixelTokens(
  image: Pixels,
  grid: Grid,
  p: number,
  coordMode: ModelConfig['coordMode'],
): Float32Array<ArrayBuffer> {
  const widthPx = grid.gw * p;
  const size = { widthPx, heightPx: grid.gh * p };
  const colours = croppedColours(image, size, coordMode);
  const tokens = new Float32Array(patchCount(grid) * p * p * COLOURS);
  const row = p * COLOURS; // of a patch
  for (let y = 0; y < size.heightPx; y += 1) {
    for (let column = 0; column < grid.gw; column += 1) {
      const patch = Math.floor(y / p) * grid.gw + column;
      const from = (y * widthPx + column * p) * COLOURS;
      tokens.set(colours.subarray(from, from + row), (patch * p + (y % p)) * row);
    }
  }
  return tokens;
}
