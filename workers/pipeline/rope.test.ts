import { describe, expect, it } from 'vitest';
import {
  gridPositions,
  latentPositions,
  patchCoordinates,
  pixelPositions,
  pixelTable,
  repeatTable,
  ropeTable,
} from './rope';

const FREQUENCIES = { t: [1], y: [2, 3], x: [5], level: [7] };

describe('ropeTable', () => {
  it('has one column per pair, time first, then rows, columns and level', () => {
    const table = ropeTable(Float64Array.of(0.1, 0.2, 0.3, 0.4), FREQUENCIES);
    expect(table).toMatchObject({ tokens: 1, pairs: 5 });
    const angles = [0.1, 0.4, 0.6, 1.5, 2.8];
    angles.forEach((angle, pair) => {
      expect(table.cos[pair]).toBeCloseTo(Math.cos(angle), 6);
      expect(table.sin[pair]).toBeCloseTo(Math.sin(angle), 6);
    });
  });

  it('leaves a token at the origin unturned', () => {
    const table = ropeTable(new Float64Array(4), FREQUENCIES);
    expect([...table.cos, ...table.sin]).toEqual([1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
  });

  it('of pixels is the same, made from rows and columns', () => {
    const uy = Float64Array.of(0.1, 0.6, 1.2);
    const ux = Float64Array.of(-0.3, 0.4);
    expect(pixelTable(uy, ux, FREQUENCIES)).toEqual(ropeTable(pixelPositions(uy, ux), FREQUENCIES));
  });

  it('repeats row for row', () => {
    const table = ropeTable(latentPositions(0, 2), FREQUENCIES);
    const repeated = repeatTable(table, 3);
    expect(repeated.tokens).toBe(6);
    expect(repeated.cos.slice(4 * 5, 6 * 5)).toEqual(table.cos);
  });
});

describe('positions', () => {
  it('of patches are in units of the short side, level-major, levels from 1', () => {
    const grid = { gt: 2, gh: 2, gw: 3 };
    const positions = gridPositions(grid, 2, 1, 2);
    const token = ((1 * 2 + 1) * 2 + 1) * 3 + 2; // second of the two levels, last patch
    expect([...positions.slice(token * 4, token * 4 + 4)]).toEqual([1, 0.5, 1, 3]);
    expect([...positions.slice(0, 4)]).toEqual([0, 0, 0, 2]);
  });

  it('of latents carry a level and no place, those of pixels a place and no level', () => {
    expect([...latentPositions(2, 2)]).toEqual([0, 0, 0, 3, 0, 0, 0, 4]);
    expect([...pixelPositions(Float64Array.of(0.5), Float64Array.of(0.25, 0.75))]).toEqual([
      1, 0.5, 0.25, 0, 1, 0.5, 0.75, 0,
    ]);
  });

  it('of pixels reach the corners in corner mode and the centres in center mode', () => {
    expect([...patchCoordinates(3, 'corner')]).toEqual([0, 0.5, 1]);
    expect([...patchCoordinates(2, 'center')]).toEqual([0.25, 0.75]);
  });
});
