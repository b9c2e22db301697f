import { describe, expect, it } from 'vitest';
import { levelOneHot } from './latents';

describe('levelOneHot', () => {
  it('marks the level of each token, level-major', () => {
    const rows = levelOneHot({ gt: 1, gh: 1, gw: 2 }, 1, 2, 4);
    expect([...rows]).toEqual([0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0]);
  });
});
