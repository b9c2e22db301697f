import { describe, expect, it } from 'vitest';
import { levelUnits, remainingMs } from './progress';
import { samplerSteps } from './schedule';

describe('progress', () => {
  it('counts a guided step and its context call twice', () => {
    expect(levelUnits(samplerSteps(25, 6, 1), true)).toBe(47 + 2);
    expect(levelUnits(samplerSteps(25, 1, 1), false)).toBe(25);
  });

  it('expects the rest to take as long as what is done', () => {
    expect(remainingMs(300, 3, 12)).toBe(900);
    expect(remainingMs(0, 0, 12)).toBe(0);
    expect(remainingMs(500, 12, 12)).toBe(0);
  });
});
