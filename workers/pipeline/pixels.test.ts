import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FramePlan } from './pixels';
import {
  frameLength,
  frameToRgba,
  hasSharedCoordinates,
  patchBatches,
  patchSamples,
  planFrame,
  planPatches,
  runsOf,
  splitRanges,
} from './pixels';

/** A frame as depatchify would give it for a picture whose colour is known at every place. */
function renderFrame(plan: FramePlan, colour: (y: number, x: number) => number): Float32Array {
  const frame = new Float32Array(frameLength(plan));
  let index = 0;
  for (let patch = 0; patch < plan.grid.gh * plan.grid.gw; patch += 1) {
    const { uy, ux } = patchSamples(plan, patch);
    for (const y of uy) {
      for (const x of ux) {
        const place = [
          (Math.floor(patch / plan.grid.gw) + y) / plan.grid.gh,
          ((patch % plan.grid.gw) + x) / plan.grid.gw,
        ] as const;
        frame.fill(colour(...place), index, index + 3);
        index += 3;
      }
    }
  }
  return frame;
}

const byte = (value: number): number => Math.round((value * 0.5 + 0.5) * 255);
const anyGrid = fc.record({
  gt: fc.constant(1),
  gh: fc.integer({ min: 2, max: 9 }),
  gw: fc.integer({ min: 2, max: 9 }),
});

describe('planFrame', () => {
  it('with centre coordinates puts every pixel of any size at its own centre', () => {
    fc.assert(
      fc.property(anyGrid, fc.integer({ min: 16, max: 70 }), (grid, shortSidePx) => {
        const plan = planFrame(grid, shortSidePx, 'center');
        const ramp = (y: number, x: number): number => y - x;
        const rgba = frameToRgba(renderFrame(plan, ramp), plan);
        for (let y = 0; y < plan.heightPx; y += 1) {
          for (let x = 0; x < plan.widthPx; x += 1) {
            const wanted = ramp((y + 0.5) / plan.heightPx, (x + 0.5) / plan.widthPx);
            const found = rgba[(y * plan.widthPx + x) * 4]!;
            expect(Math.abs(found - byte(wanted))).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('asks every patch the same when the size divides, with exactly p * p pixels', () => {
    const plan = planFrame({ gt: 1, gh: 4, gw: 6 }, 32, 'center');
    expect(hasSharedCoordinates(plan)).toBe(true);
    expect([plan.rows, plan.columns, plan.widthPx, plan.heightPx]).toEqual([8, 8, 48, 32]);
    expect(hasSharedCoordinates(planFrame({ gt: 1, gh: 4, gw: 6 }, 33, 'center'))).toBe(false);
  });

  it('asks for whole patches of any size where pixels look at each other', () => {
    fc.assert(
      fc.property(anyGrid, fc.integer({ min: 16, max: 70 }), (grid, shortSidePx) => {
        const plan = planFrame(grid, shortSidePx, 'center', 'full');
        expect(hasSharedCoordinates(plan)).toBe(true);
        expect(plan.rows).toBe(Math.max(2, Math.ceil(shortSidePx / Math.min(grid.gh, grid.gw))));
        const rgba = frameToRgba(
          renderFrame(plan, (y, x) => y - x),
          plan,
        );
        // Outside the outermost decoded centres the colour is that of the nearest.
        const clamped = (i: number, sizePx: number, decoded: number): number =>
          Math.min(1 - 0.5 / decoded, Math.max(0.5 / decoded, (i + 0.5) / sizePx));
        for (let y = 0; y < plan.heightPx; y += 1) {
          for (let x = 0; x < plan.widthPx; x += 1) {
            const wanted =
              clamped(y, plan.heightPx, grid.gh * plan.rows) -
              clamped(x, plan.widthPx, grid.gw * plan.columns);
            const found = rgba[(y * plan.widthPx + x) * 4]!;
            expect(Math.abs(found - byte(wanted))).toBeLessThanOrEqual(1);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('with corner coordinates keeps the four corners at every size', () => {
    for (const sizePx of [16, 24, 30, 31]) {
      const plan = planFrame({ gt: 1, gh: 3, gw: 2 }, sizePx, 'corner');
      const rgba = frameToRgba(
        renderFrame(plan, (y, x) => y * 2 - 1 + 0 * x),
        plan,
      );
      expect(rgba[0]).toBe(0);
      expect(rgba[(plan.widthPx - 1) * 4]).toBe(0);
      expect(rgba[rgba.length - 4]).toBe(255);
    }
  });

  it('gives the short side the pixels asked for, and the long side its share', () => {
    expect(planFrame({ gt: 1, gh: 8, gw: 13 }, 100, 'center')).toMatchObject({
      heightPx: 100,
      widthPx: 163,
    });
    expect(planFrame({ gt: 1, gh: 13, gw: 8 }, 100, 'corner')).toMatchObject({
      heightPx: 163,
      widthPx: 100,
    });
  });
});

describe('planPatches', () => {
  it('finds every patch where it is in the frame, whatever the batch', () => {
    const anyPart = anyGrid.chain((grid) =>
      fc.record({
        grid: fc.constant(grid),
        rows: fc.uniqueArray(fc.nat(grid.gh), { minLength: 2, maxLength: 2 }),
        columns: fc.uniqueArray(fc.nat(grid.gw), { minLength: 2, maxLength: 2 }),
        budget: fc.integer({ min: 1, max: 200 }),
      }),
    );
    fc.assert(
      fc.property(anyPart, ({ grid, rows, columns, budget }) => {
        const [fromRow = 0, toRow = 0] = rows.sort((a, b) => a - b);
        const [fromColumn = 0, toColumn = 0] = columns.sort((a, b) => a - b);
        const config = { coordMode: 'center', pixelAttention: 'anchor' } as const;
        const sizePx = 3 * Math.min(grid.gh, grid.gw);
        const plan = planPatches(grid, { fromRow, toRow, fromColumn, toColumn }, sizePx, config);
        expect([plan.widthPx, plan.heightPx]).toEqual([
          3 * (toColumn - fromColumn),
          3 * (toRow - fromRow),
        ]);
        const found = patchBatches(plan, budget, config)
          .filter(({ rows: [first] }) => first === 0)
          .flatMap(({ patches }) => runsOf(plan, patches))
          .flatMap(([from, to]) => Array.from({ length: to - from }, (_, i) => from + i));
        const wanted = Array.from({ length: grid.gh * grid.gw }, (_, patch) => patch).filter(
          (patch) => {
            const [row, column] = [Math.floor(patch / grid.gw), patch % grid.gw];
            return row >= fromRow && row < toRow && column >= fromColumn && column < toColumn;
          },
        );
        expect(found).toEqual(wanted);
      }),
    );
  });

  it('keeps rows that are whole together', () => {
    const part = { fromRow: 1, toRow: 3, fromColumn: 0, toColumn: 5 };
    const config = { coordMode: 'center', pixelAttention: 'anchor' } as const;
    const plan = planPatches({ gt: 1, gh: 4, gw: 5 }, part, 64, config);
    expect(runsOf(plan, [0, 10])).toEqual([[5, 15]]);
  });
});

describe('patchBatches', () => {
  it('covers every patch once, within the budget', () => {
    fc.assert(
      fc.property(anyGrid, fc.integer({ min: 1, max: 5000 }), (grid, budget) => {
        const plan = planFrame(grid, 64, 'center');
        let next = 0; // in rows of pixels of patches
        for (const { patches, rows } of patchBatches(plan, budget, { pixelAttention: 'anchor' })) {
          const [from, to] = patches;
          expect(from * plan.rows + rows[0]).toBe(next);
          const count = (to - from) * (rows[1] - rows[0]);
          expect(count * plan.columns <= budget || count === 1).toBe(true);
          next = (to - 1) * plan.rows + rows[1];
        }
        expect(next).toBe(grid.gh * grid.gw * plan.rows);
      }),
    );
  });

  it('does not cut a patch whose pixels look at each other', () => {
    const plan = planFrame({ gt: 1, gh: 2, gw: 2 }, 64, 'center', 'full');
    const batches = patchBatches(plan, 100, { pixelAttention: 'full' });
    expect(batches.map(({ rows }) => rows)).toEqual([0, 1, 2, 3].map(() => [0, 32]));
  });
});

describe('frameToRgba', () => {
  it('maps -1 to 0, 1 to 255 and clamps what lies beyond', () => {
    const plan = planFrame({ gt: 1, gh: 2, gw: 2 }, 2, 'center');
    const frame = Float32Array.of(-1, 0, 1, -3, 0.5, 3, 0, 0, 0, NaN, 0, 0);
    expect([...frameToRgba(frame, plan).slice(0, 8)]).toEqual([0, 128, 255, 255, 0, 191, 255, 255]);
  });
});

describe('splitRanges', () => {
  it('cuts where neighbours differ, and nowhere else', () => {
    const levels = [1, 1, 2, 2, 2, 1, 3, 3];
    const mayShare = (a: number, b: number): boolean => levels[a] === levels[b];
    const ranges = [
      [0, 4],
      [4, 8],
    ] as const;
    expect(splitRanges(ranges, mayShare)).toEqual([
      [0, 2],
      [2, 4],
      [4, 5],
      [5, 6],
      [6, 8],
    ]);
    expect(splitRanges(ranges, () => true)).toEqual(ranges);
  });
});
