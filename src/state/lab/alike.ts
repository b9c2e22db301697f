/** How alike two pictures are. Twins of `psnr` and `ssim` in training/dcs/metrics.py (training/tests/golden/allocation.json). */
import type { Pixels } from '../../contract/engine';
import type { Grid } from '../../contract/grid';
import { patchCount } from '../../contract/grid';

const WINDOW = 11;
const SIGMA = 1.5;
/** (0.01 x 2)^2 and (0.03 x 2)^2: colours go from -1 to 1 (Wang et al. 2004). */
const C1 = 0.0004;
const C2 = 0.0036;
const COLOURS = 3;

/** What is compared of a reconstruction. */
export interface AlikeFigures {
  readonly psnrDb: number;
  /** -1 to 1; 1 is equal. */
  readonly ssim: number;
  /** Mean squared error of each patch, colours in [-1, 1]. */
  readonly patchErrors: readonly number[];
}

/** Compares frames of equal size, `grid.gt` segments of them. */
export function compareFrames(
  originals: readonly Pixels[],
  found: readonly Pixels[],
  grid: Grid,
): AlikeFigures {
  const patchErrors = errorsByPatch(originals, found, grid);
  const meanError = patchErrors.reduce((sum, error) => sum + error, 0) / patchErrors.length;
  const alike = originals.map((original, i) => ssim(original, found[i]!));
  return {
    psnrDb: 10 * Math.log10(4 / Math.max(meanError, 1e-10)),
    ssim: alike.reduce((sum, value) => sum + value, 0) / alike.length,
    patchErrors,
  };
}

function errorsByPatch(
  originals: readonly Pixels[],
  found: readonly Pixels[],
  grid: Grid,
): number[] {
  const errors = Array.from({ length: patchCount(grid) }, () => 0);
  const counts = errors.slice();
  originals.forEach(({ width, height, rgba }, frame) => {
    const first = Math.floor((frame * grid.gt) / originals.length) * grid.gh * grid.gw;
    const other = found[frame]!.rgba;
    for (let i = 0; i < rgba.length; i += 1) {
      if (i % 4 === 3) continue;
      const pixel = i >> 2;
      const row = Math.floor((Math.floor(pixel / width) * grid.gh) / height);
      const patch = first + row * grid.gw + Math.floor(((pixel % width) * grid.gw) / width);
      errors[patch]! += ((rgba[i]! - other[i]!) / 127.5) ** 2;
      counts[patch]! += 1;
    }
  });
  return errors.map((sum, patch) => sum / Math.max(1, counts[patch]!));
}

/** Structural similarity: Gaussian window of 11 pixels inside the picture, mean over places and colours. */
function ssim(a: Pixels, b: Pixels): number {
  const { width, height } = a;
  if (Math.min(width, height) < WINDOW) return NaN;
  let sum = 0;
  for (let colour = 0; colour < COLOURS; colour += 1) {
    const x = plane(a, colour);
    const y = plane(b, colour);
    const blur = (values: Float64Array): Float64Array => localMeans(values, width, height);
    const meanX = blur(x);
    const meanY = blur(y);
    const xx = blur(x.map((value) => value ** 2));
    const yy = blur(y.map((value) => value ** 2));
    const xy = blur(x.map((value, i) => value * y[i]!));
    const places = meanX.reduce((total, mx, i) => {
      const my = meanY[i]!;
      const spread = xx[i]! - mx ** 2 + yy[i]! - my ** 2;
      const structure = (2 * (xy[i]! - mx * my) + C2) / (spread + C2);
      return total + structure * ((2 * mx * my + C1) / (mx ** 2 + my ** 2 + C1));
    }, 0);
    sum += places / meanX.length;
  }
  return sum / COLOURS;
}

function plane({ rgba }: Pixels, colour: number): Float64Array {
  return Float64Array.from(
    { length: rgba.length / 4 },
    (_, i) => rgba[4 * i + colour]! / 127.5 - 1,
  );
}

const BELL = Array.from({ length: WINDOW }, (_, i) =>
  Math.exp(-((i - (WINDOW - 1) / 2) ** 2) / (2 * SIGMA ** 2)),
);
const BELL_SUM = BELL.reduce((sum, value) => sum + value, 0);

/** Weighted means around every place whose window lies inside. */
function localMeans(values: Float64Array, width: number, height: number): Float64Array {
  const columns = width - WINDOW + 1;
  const across = new Float64Array(height * columns);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      let value = 0;
      for (let i = 0; i < WINDOW; i += 1) value += BELL[i]! * values[y * width + x + i]!;
      across[y * columns + x] = value / BELL_SUM;
    }
  }
  const means = new Float64Array((height - WINDOW + 1) * columns);
  for (let at = 0; at < means.length; at += 1) {
    let value = 0;
    for (let i = 0; i < WINDOW; i += 1) value += BELL[i]! * across[at + i * columns]!;
    means[at] = value / BELL_SUM;
  }
  return means;
}
