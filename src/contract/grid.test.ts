import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gridForAspect, MAX_ASPECT_RATIO, patchCount, sizeForShortSide } from './grid';

describe('gridForAspect', () => {
  it('puts k patches on the short side and rounds the long one', () => {
    expect(gridForAspect({ width: 1, height: 1 }, 8)).toEqual({ gt: 1, gh: 8, gw: 8 });
    expect(gridForAspect({ width: 16, height: 9 }, 16)).toEqual({ gt: 1, gh: 16, gw: 28 });
    expect(gridForAspect({ width: 9, height: 16 }, 16)).toEqual({ gt: 1, gh: 28, gw: 16 });
    expect(gridForAspect({ width: 1, height: 2 }, 8)).toEqual({ gt: 1, gh: 16, gw: 8 });
  });

  it('clips extreme ratios and never mixes up the sides', () => {
    const side = fc.integer({ min: 1, max: 5000 });
    fc.assert(
      fc.property(side, side, fc.integer({ min: 2, max: 32 }), (width, height, k) => {
        const grid = gridForAspect({ width, height }, k);
        expect(Math.min(grid.gh, grid.gw)).toBe(k);
        expect(Math.max(grid.gh, grid.gw)).toBeLessThanOrEqual(MAX_ASPECT_RATIO * k + 0.5);
        if (width > height) expect(grid.gw).toBeGreaterThanOrEqual(grid.gh);
        if (height > width) expect(grid.gh).toBeGreaterThanOrEqual(grid.gw);
        expect(patchCount(grid)).toBe(grid.gh * grid.gw);
      }),
    );
  });
});

describe('sizeForShortSide', () => {
  it('gives the short side exactly the pixels asked for', () => {
    expect(sizeForShortSide({ gt: 1, gh: 8, gw: 16 }, 100)).toEqual({
      widthPx: 200,
      heightPx: 100,
    });
    expect(sizeForShortSide({ gt: 1, gh: 13, gw: 8 }, 100)).toEqual({
      widthPx: 100,
      heightPx: 163,
    });
  });
});
