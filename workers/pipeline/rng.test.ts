import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { patchCount } from '../../src/contract/grid';
import { parseSeed } from '../../src/contract/seed';
import type { Words } from './rng';
import { levelNoise, philox } from './rng';

const hex = (words: Words): string[] => words.map((word) => word.toString(16).padStart(8, '0'));

describe('philox', () => {
  // Known answers of the authors' library (Random123, kat_vectors, philox4x32 10 rounds).
  it('gives the published blocks', () => {
    expect(hex(philox([0, 0, 0, 0], 0, 0))).toEqual([
      '6627e8d5',
      'e169c58d',
      'bc57ac4c',
      '9b00dbd8',
    ]);
    const ones = 0xffffffff;
    expect(hex(philox([ones, ones, ones, ones], ones, ones))).toEqual([
      '408f276d',
      '41c83b0e',
      'a20bc7c6',
      '6d5451fd',
    ]);
    const pi: Words = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344];
    expect(hex(philox(pi, 0xa4093822, 0x299f31d0))).toEqual([
      'd16cfe09',
      '94fdcceb',
      '5001e420',
      '24126ea1',
    ]);
  });
});

describe('levelNoise', () => {
  const anySeed = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map(parseSeed);

  it('gives a cell the same noise in every aspect', () => {
    fc.assert(
      fc.property(anySeed, fc.nat(7), (seed, level) => {
        const square = levelNoise(seed, level, { gt: 1, gh: 4, gw: 4 }, 6);
        const wide = levelNoise(seed, level, { gt: 2, gh: 4, gw: 9 }, 6);
        for (let y = 0; y < 4; y += 1) {
          expect(wide.slice(y * 9 * 6, (y * 9 + 4) * 6)).toEqual(
            square.slice(y * 4 * 6, (y + 1) * 4 * 6),
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  it('differs between levels, between seeds and between the halves of a seed', () => {
    const grid = { gt: 1, gh: 2, gw: 2 };
    const noises = [
      levelNoise(parseSeed(1), 0, grid, 4),
      levelNoise(parseSeed(1), 1, grid, 4),
      levelNoise(parseSeed(2), 0, grid, 4),
      levelNoise(parseSeed((1n << 32n) + 1n), 0, grid, 4),
    ].map((noise) => noise.join());
    expect(new Set(noises).size).toBe(noises.length);
  });

  it('is standard normal and independent from channel to channel', () => {
    const grid = { gt: 1, gh: 100, gw: 100 };
    const noise = levelNoise(parseSeed('123456789012345678'), 2, grid, 8);
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
    const variance = noise.reduce((sum, value) => sum + (value - mean) ** 2, 0) / noise.length;
    expect(Math.abs(mean)).toBeLessThan(0.015); // 4 standard errors of 80,000 values
    expect(Math.abs(variance - 1)).toBeLessThan(0.02);
    const beyondTwo = noise.filter((value) => Math.abs(value) > 2).length / noise.length;
    expect(Math.abs(beyondTwo - 0.0455)).toBeLessThan(0.003);
    let correlation = 0;
    for (let i = 0; i < noise.length; i += 2) correlation += noise[i]! * noise[i + 1]!;
    expect(Math.abs(correlation / (noise.length / 2))).toBeLessThan(0.02);
    expect(noise.length).toBe(patchCount(grid) * 8);
  });

  it('is finite for every word, the smallest and the largest included', () => {
    expect(Math.sqrt(-2 * Math.log(0.5 / 4294967296))).toBeLessThan(7);
    expect(Math.log((0xffffffff + 0.5) / 4294967296)).toBeLessThan(0);
  });
});
