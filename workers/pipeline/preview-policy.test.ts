import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPreviewWorthIt, PREVIEW_SHARE } from './preview-policy';

describe('isPreviewWorthIt', () => {
  it('[PREV3] never takes more than its share of a run, whatever steps and previews cost', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        fc.double({ min: 0.1, max: 1000, noNaN: true }),
        fc.integer({ min: 2, max: 100 }),
        (stepMs, costMs, steps) => {
          let elapsedMs = 0;
          let spentMs = 0;
          for (let step = 1; step <= steps; step += 1) {
            elapsedMs += stepMs;
            const budget = { elapsedMs, spentMs, costMs };
            if (!isPreviewWorthIt(budget, stepMs, step === steps)) continue;
            elapsedMs += costMs;
            spentMs += costMs;
            expect(spentMs / elapsedMs).toBeLessThanOrEqual(PREVIEW_SHARE);
          }
        },
      ),
    );
  });

  it('shows most steps when previews are nearly free', () => {
    const budget = { elapsedMs: 1000, spentMs: 10, costMs: 1 };
    expect(isPreviewWorthIt(budget, 100, false)).toBe(true);
  });

  it('tries a first one although its cost is not known yet, and none on the last step', () => {
    expect(isPreviewWorthIt({ elapsedMs: 1300, spentMs: 0, costMs: null }, 100, false)).toBe(true);
    expect(isPreviewWorthIt({ elapsedMs: 300, spentMs: 0, costMs: null }, 100, false)).toBe(false);
    expect(isPreviewWorthIt({ elapsedMs: 1e6, spentMs: 0, costMs: 1 }, 100, true)).toBe(false);
  });
});
