import { describe, expect, it } from 'vitest';
import { levelCausalBias, MASKED, patchifierLatentBias, textBias } from './masks';

describe('levelCausalBias', () => {
  it('lets one level of an image see everything in its context', () => {
    const bias = levelCausalBias({ gt: 1, gh: 2, gw: 3 }, 2, 1);
    expect(bias).toMatchObject({ queries: 6, keys: 18 });
    expect(bias.values.every((value) => value === 0)).toBe(true);
  });

  it('lets (level, segment) see (level2, segment2) if and only if neither is later', () => {
    const grid = { gt: 3, gh: 1, gw: 2 };
    const bias = levelCausalBias(grid, 0, 4);
    const place = (token: number): [number, number] => [
      Math.floor(token / 6),
      Math.floor((token % 6) / 2),
    ];
    for (let query = 0; query < bias.queries; query += 1) {
      for (let key = 0; key < bias.keys; key += 1) {
        const [level, segment] = place(query);
        const [keyLevel, keySegment] = place(key);
        const isSeen = keyLevel <= level && keySegment <= segment;
        expect(bias.values[query * bias.keys + key]).toBe(isSeen ? 0 : MASKED);
      }
    }
  });

  it('hides the tokens of levels that a patch does not have, from all', () => {
    const counts = [1, 3, 2];
    const bias = levelCausalBias({ gt: 1, gh: 1, gw: 3 }, 0, 3, counts);
    const causal = levelCausalBias({ gt: 1, gh: 1, gw: 3 }, 0, 3);
    bias.values.forEach((value, i) => {
      const key = i % bias.keys;
      const isDropped = Math.floor(key / 3) >= counts[key % 3]!;
      expect(value).toBe(isDropped ? MASKED : causal.values[i]);
    });
    expect(bias.values.filter((value) => value === MASKED).length).toBeGreaterThan(
      causal.values.filter((value) => value === MASKED).length,
    );
  });

  it('of one level is the last block of rows of the mask of all levels', () => {
    const grid = { gt: 2, gh: 2, gw: 1 };
    const all = levelCausalBias(grid, 0, 3);
    const last = levelCausalBias(grid, 2, 1);
    expect(last.values).toEqual(all.values.slice(8 * 12));
  });
});

describe('patchifierLatentBias', () => {
  it('hides higher levels and weighs pixels by their number', () => {
    const bias = patchifierLatentBias(2, 3, true);
    const pixel = Math.fround(Math.log(64 / 3));
    expect([...bias.values]).toEqual([pixel, pixel, pixel, 0, MASKED, pixel, pixel, pixel, 0, 0]);
    expect(patchifierLatentBias(1, 2, false).values).toEqual(new Float32Array(3));
  });
});

describe('textBias', () => {
  it('hides the padding of each caption from every query', () => {
    expect([...textBias([2, 3], 3, 2)]).toEqual([0, 0, MASKED, 0, 0, MASKED, 0, 0, 0, 0, 0, 0]);
  });
});
