import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { branchWeights, samplerSteps, shiftTime, unguidedSteps } from './schedule';

describe('samplerSteps', () => {
  it('evaluates the network 47 times in 25 guided steps', () => {
    const steps = samplerSteps(25, 6, 1);
    expect(unguidedSteps(25)).toBe(3);
    expect(steps.reduce((sum, step) => sum + step.branches, 0)).toBe(2 * 25 - 3);
    expect(steps.map((step) => step.branches).slice(0, 5)).toEqual([1, 1, 1, 2, 2]);
  });

  it('does not round 0.1 * 30 up to four unguided steps', () => {
    expect(unguidedSteps(30)).toBe(3);
    expect(unguidedSteps(31)).toBe(4);
    expect(unguidedSteps(1)).toBe(1);
  });

  it('runs one branch only when guidance is 1', () => {
    expect(samplerSteps(10, 1, 1).every((step) => step.branches === 1)).toBe(true);
  });

  it('walks from 0 to 1, and Euler with the true velocity arrives at the data for any step count', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0.05, max: 5, noNaN: true }),
        (count, noise, data, timeShift) => {
          let x = noise;
          let t = 0;
          for (const step of samplerSteps(count, 6, timeShift)) {
            expect(step.t).toBeCloseTo(t, 12);
            x += step.dt * (data - noise);
            t += step.dt;
          }
          expect(t).toBeCloseTo(1, 12);
          expect(x).toBeCloseTo(data, 10);
        },
      ),
    );
  });
});

describe('shiftTime', () => {
  it('raises log-odds by ln(shift), keeps the ends, and is undone by the inverse shift', () => {
    const time = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(time, fc.double({ min: 0.05, max: 5, noNaN: true }), (t, shift) => {
        const odds = (p: number): number => Math.log(p / (1 - p));
        expect(odds(shiftTime(t, shift)) - odds(t)).toBeCloseTo(Math.log(shift), 8);
        expect(shiftTime(shiftTime(t, shift), 1 / shift)).toBeCloseTo(t, 10);
      }),
    );
    expect([shiftTime(0, 0.25), shiftTime(1, 0.25)]).toEqual([0, 1]);
    expect(shiftTime(0.3, 1)).toBe(0.3);
  });
});

describe('branchWeights', () => {
  it('sums to 1, so equal branches pass through unchanged', () => {
    expect(branchWeights(1, 6)).toEqual(Float32Array.of(1));
    expect(branchWeights(2, 6)).toEqual(Float32Array.of(6, -5));
  });
});
