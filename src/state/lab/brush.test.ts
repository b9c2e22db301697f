/** The brush over Algorithm 1. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocateLevels, levelsIn } from '../../contract/allocation';
import { brushedLevels } from './brush';

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Patches with strokes, and a budget of 1 to 4 levels. */
const painted = fc
  .array(
    fc.record({
      complexity: fc.double({ min: 0, max: 5, noNaN: true }),
      stroke: fc.oneof(fc.constant(0), fc.integer({ min: -3, max: 3 })),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .chain((patches) =>
    fc.record({
      complexity: fc.constant(patches.map(({ complexity }) => complexity)),
      strokes: fc.constant(patches.map(({ stroke }) => stroke)),
      average: fc.double({ min: 1, max: 4, noNaN: true }),
    }),
  );

describe('brushedLevels', () => {
  it('keeps the budget, whatever is painted, as long as unpainted patches can take what is left', () => {
    fc.assert(
      fc.property(painted, ({ complexity, strokes, average }) => {
        const budget = { average, low: 1, high: 4 };
        const counts = brushedLevels(complexity, budget, { strokes, isBudgetKept: true });
        const most = levelsIn(budget, counts.length);
        expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
        expect(Math.max(...counts)).toBeLessThanOrEqual(4);
        expect(total(counts)).toBeLessThanOrEqual(most);
        const isRestFull = counts.every((count, i) => strokes[i] !== 0 || count === 4);
        if (!isRestFull) expect(total(counts)).toBe(most);
      }),
    );
  });

  it('changes the painted patches alone where it may spend', () => {
    fc.assert(
      fc.property(painted, ({ complexity, strokes, average }) => {
        const budget = { average, low: 1, high: 4 };
        const even = allocateLevels(complexity, budget);
        const counts = brushedLevels(complexity, budget, { strokes, isBudgetKept: false });
        expect(counts).toEqual(
          even.map((count, i) => Math.max(1, Math.min(count + strokes[i]!, 4))),
        );
      }),
    );
  });

  it('takes what it gives from the patches that are not painted', () => {
    const complexity = [0, 1, 2, 3, 4, 5, 5, 5];
    const budget = { average: 2, low: 1, high: 4 };
    const even = brushedLevels(complexity, budget, {
      strokes: [0, 0, 0, 0, 0, 0, 0, 0],
      isBudgetKept: true,
    });
    expect(even).toEqual(allocateLevels(complexity, budget));
    const strokes = [2, 0, 0, 0, 0, 0, 0, 0];
    const counts = brushedLevels(complexity, budget, { strokes, isBudgetKept: true });
    expect(counts[0]).toBe(even[0]! + 2);
    expect(total(counts)).toBe(total(even));
    expect(total(counts.slice(1))).toBe(total(even.slice(1)) - 2);
  });
});
