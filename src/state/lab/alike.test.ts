/** PSNR and SSIM against those of training. */
import { describe, expect, it } from 'vitest';
import type { GoldenTensor } from '../../../cli/testing/golden';
import { goldenFloats, readGolden } from '../../../cli/testing/golden';
import type { Pixels } from '../../contract/engine';
import { compareFrames } from './alike';

/** Half a step of 8 bits in every colour: what rounding the golden colours to bytes costs. */
const ROUNDING_DB = 0.05;
const ROUNDING_SSIM = 0.002;

function pixelsOf(rgb: GoldenTensor): Pixels {
  const [height, width] = rgb.dims as [number, number, number];
  const colours = goldenFloats(rgb);
  const rgba = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : (colours[(i >> 2) * 3 + (i % 4)]! + 1) * 127.5,
  );
  return { width, height, rgba };
}

describe('compareFrames', () => {
  it('finds what Python finds', () => {
    const { alike } = readGolden('allocation.json');
    const [a, b] = alike.rgb.map(pixelsOf) as [Pixels, Pixels];
    const { psnrDb, ssim } = compareFrames([a], [b], { gt: 1, gh: 2, gw: 3 });
    expect(Math.abs(psnrDb - alike.psnr)).toBeLessThan(ROUNDING_DB);
    expect(Math.abs(ssim - alike.ssim)).toBeLessThan(ROUNDING_SSIM);
    expect(alike.ssim).toBeLessThan(0.999);
  });

  it('puts errors where they are: in the patch and the segment', () => {
    const black = new Uint8ClampedArray(24 * 24 * 4);
    const marked = black.slice();
    marked.fill(255, (23 * 24 + 23) * 4, 24 * 24 * 4); // the last pixel
    const [size, grid] = [
      { width: 24, height: 24 },
      { gt: 2, gh: 2, gw: 2 },
    ];
    const plain = { ...size, rgba: black };
    const frames = [plain, plain, { ...size, rgba: marked }, plain];
    const { patchErrors, ssim } = compareFrames([plain, plain, plain, plain], frames, grid);
    expect(patchErrors.flatMap((error, patch) => (error > 0 ? [patch] : []))).toEqual([7]);
    expect(patchErrors[7]).toBeCloseTo(4 / (2 * 12 * 12), 6);
    expect(ssim).toBeLessThan(1);
  });
});
