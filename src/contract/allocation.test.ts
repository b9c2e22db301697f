/** Algorithm 1: more levels where there is more to tell, never over the budget. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenFloats, readGolden } from '../../cli/testing/golden';
import { allocateLevels, levelsIn } from './allocation';
import { patchEntropy } from './patch-entropy';

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/** Complexities, and a budget that can be met. */
const asked = fc.record({
  complexity: fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 1, maxLength: 60 }),
  budget: fc
    .record({
      low: fc.integer({ min: 1, max: 4 }),
      more: fc.integer({ min: 0, max: 5 }),
      extra: fc.double({ min: 0, max: 6, noNaN: true }),
    })
    .map(({ low, more, extra }) => ({ low, high: low + more, average: low + extra })),
});

describe('allocateLevels', () => {
  it('gives what Python gives', () => {
    const { cases } = readGolden('allocation.json');
    expect(cases.length).toBeGreaterThan(10);
    for (const { entropy, counts, ...budget } of cases) {
      expect(allocateLevels(entropy, budget)).toEqual(counts);
    }
  });

  it('uses the whole budget and no more, within its bounds', () => {
    fc.assert(
      fc.property(asked, ({ complexity, budget }) => {
        const counts = allocateLevels(complexity, budget);
        expect(counts.length).toBe(complexity.length);
        expect(Math.min(...counts)).toBeGreaterThanOrEqual(budget.low);
        expect(Math.max(...counts)).toBeLessThanOrEqual(budget.high);
        expect(total(counts)).toBe(levelsIn(budget, complexity.length));
      }),
    );
  });

  it('never gives a more complex patch fewer levels', () => {
    fc.assert(
      fc.property(asked, ({ complexity, budget }) => {
        const counts = allocateLevels(complexity, budget);
        const order = complexity.map((_, patch) => patch);
        order.sort((a, b) => complexity[a]! - complexity[b]!);
        order.slice(1).forEach((patch, i) => {
          const below = order[i]!;
          const isEqual = complexity[patch]! - complexity[below]! <= 1e-9; // may differ by what is left over
          if (!isEqual) expect(counts[patch]).toBeGreaterThanOrEqual(counts[below]!);
        });
      }),
    );
  });
});

describe('patchEntropy', () => {
  it('gives what Python gives, segment by segment', () => {
    const { grid, rgb, entropy } = readGolden('allocation.json').patches;
    const colours = goldenFloats(rgb);
    const size = colours.length / grid.gt;
    const frames = Array.from({ length: grid.gt }, (_, i) =>
      colours.subarray(i * size, (i + 1) * size),
    );
    patchEntropy(frames, grid).forEach((bits, patch) => {
      expect(bits).toBeCloseTo(entropy[patch]!, 6);
    });
    expect(new Set(entropy).size).toBe(entropy.length);
  });
});
