import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampZoom, FIT, fitOf, panned, visiblePatches, zoomedTo, type Viewport } from './zoom';

const VIEWPORT: Viewport = {
  paneWidthPx: 800,
  paneHeightPx: 600,
  roomWidthPx: 752,
  roomHeightPx: 552,
  pixelRatio: 1,
};
const GRID = { gt: 1, gh: 8, gw: 16 };
const FITTED = fitOf(VIEWPORT, { widthPx: 512, heightPx: 256 });
const anyZoom = fc.record({
  scale: fc.double({ min: 1, max: 16, noNaN: true }),
  x: fc.double({ min: 0, max: 1, noNaN: true }),
  y: fc.double({ min: 0, max: 1, noNaN: true }),
});
const anyPoint = fc.record({ xPx: fc.integer({ min: -400, max: 400 }), yPx: fc.nat(300) });

describe('the zoom', () => {
  it('fits a picture into the room by its longer side', () => {
    expect(FITTED).toEqual({ widthPx: 752, heightPx: 376 });
    expect(fitOf(VIEWPORT, { widthPx: 64, heightPx: 64 })).toEqual({
      widthPx: 552,
      heightPx: 552,
    });
  });

  it('keeps the place under the hand where it is', () => {
    fc.assert(
      fc.property(anyZoom, anyPoint, fc.integer({ min: 1, max: 16 }), (zoom, at, scale) => {
        const next = zoomedTo(zoom, scale, at, FITTED);
        const placeOf = (of: typeof zoom) => [
          of.x + at.xPx / (FITTED.widthPx * of.scale),
          of.y + at.yPx / (FITTED.heightPx * of.scale),
        ];
        const [before, after] = [placeOf(zoom), placeOf(next)];
        expect(after[0]).toBeCloseTo(before[0] ?? NaN, 9);
        expect(after[1]).toBeCloseTo(before[1] ?? NaN, 9);
      }),
    );
  });

  it('moves the picture as far as the hand', () => {
    const zoom = panned({ scale: 4, x: 0.5, y: 0.5 }, { xPx: 752, yPx: -188 }, FITTED);
    expect(zoom).toEqual({ scale: 4, x: 0.25, y: 0.625 });
  });

  it('leaves no empty edge where the picture could fill the pane', () => {
    fc.assert(
      fc.property(anyZoom, (zoom) => {
        const { scale, x, y } = clampZoom(zoom, VIEWPORT, FITTED);
        for (const [place, panePx, fitPx] of [
          [x, VIEWPORT.paneWidthPx, FITTED.widthPx],
          [y, VIEWPORT.paneHeightPx, FITTED.heightPx],
        ] as const) {
          const half = panePx / (2 * fitPx * scale);
          if (half >= 0.5) expect(place).toBe(0.5);
          else {
            expect(place - half).toBeGreaterThanOrEqual(-1e-9);
            expect(place + half).toBeLessThanOrEqual(1 + 1e-9);
          }
        }
      }),
    );
    expect(clampZoom(FIT, VIEWPORT, FITTED)).toEqual(FIT);
  });

  it('sees exactly the patches that are in the pane', () => {
    fc.assert(
      fc.property(anyZoom, (any) => {
        const zoom = clampZoom(any, VIEWPORT, FITTED);
        const { fromRow, toRow, fromColumn, toColumn } = visiblePatches(zoom, GRID, {
          viewport: VIEWPORT,
          fit: FITTED,
        });
        const isSeen = (index: number, of: number, place: number, share: number): boolean =>
          (index + 1) / of > place - share / 2 + 1e-6 && index / of < place + share / 2 - 1e-6;
        const width = VIEWPORT.paneWidthPx / (FITTED.widthPx * zoom.scale);
        const height = VIEWPORT.paneHeightPx / (FITTED.heightPx * zoom.scale);
        for (let column = 0; column < GRID.gw; column += 1) {
          const isIn = column >= fromColumn && column < toColumn;
          expect(isIn).toBe(isSeen(column, GRID.gw, zoom.x, width));
        }
        for (let row = 0; row < GRID.gh; row += 1) {
          expect(row >= fromRow && row < toRow).toBe(isSeen(row, GRID.gh, zoom.y, height));
        }
      }),
    );
  });
});
