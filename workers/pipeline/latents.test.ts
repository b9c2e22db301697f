import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelOneHot, withDropped, withoutDropped } from './latents';

describe('levelOneHot', () => {
  it('marks the level of each token, level-major', () => {
    const rows = levelOneHot({ gt: 1, gh: 1, gw: 2 }, 1, 2, 4);
    expect([...rows]).toEqual([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0]);
  });
});

describe('withoutDropped', () => {
  it('keeps level after level what each patch has', () => {
    const values = Float32Array.from({ length: 3 * 3 * 2 }, (_, i) => i);
    expect([...withoutDropped(values, [3, 1, 2], 2)]).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12, 13,
    ]);
  });

  it('is undone by withDropped, but for what was dropped', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 5 }), (of, latentDim) => {
        const levels = Math.max(...of);
        const values = Float32Array.from(
          { length: levels * of.length * latentDim },
          (_, i) => i + 1,
        );
        const back = withDropped(withoutDropped(values, of, latentDim), of, levels);
        const wanted = values.map((value, i) => {
          const token = Math.floor(i / latentDim);
          return of[token % of.length]! > Math.floor(token / of.length) ? value : 0;
        });
        expect(back).toEqual(wanted);
      }),
    );
  });
});
