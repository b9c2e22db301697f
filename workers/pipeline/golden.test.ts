/** The kernels against the same ones in training. */
import { describe, expect, it } from 'vitest';
import { goldenFloats, largestDifference, readGolden } from '../../cli/testing/golden';
import { gridForAspect } from '../../src/contract/grid';
import { parseSeed } from '../../src/contract/seed';
import { fitFrames } from './clip-input';
import { levelCausalBias, MASKED } from './masks';
import { levelNoise } from './rng';
import type { RopeTable } from './rope';
import {
  frameCoordinates,
  gridPositions,
  latentPositions,
  patchCoordinates,
  pixelTable,
  ropeTable,
} from './rope';
import { samplerSteps, unguidedSteps } from './schedule';
import { timeFeatures } from './time-features';

/** Both sides compute in float64 and round once: at most a unit in the last place of a float32 apart. */
const TOLERANCE = 1e-6;

describe('golden vectors', () => {
  it('of noise', () => {
    for (const { seed, level, grid, channels, values } of readGolden('noise.json').cases) {
      const noise = levelNoise(parseSeed(seed), level, grid, channels);
      expect(largestDifference(noise, goldenFloats(values))).toBeLessThan(TOLERANCE);
    }
  });

  it('of rotary tables', () => {
    const { patch, grid } = readGolden('rope.json');
    const compare = (
      table: RopeTable,
      golden: typeof patch.latents | (typeof grid.cases)[0],
    ): void => {
      expect(largestDifference(table.cos, goldenFloats(golden.cos))).toBeLessThan(TOLERANCE);
      expect(largestDifference(table.sin, goldenFloats(golden.sin))).toBeLessThan(TOLERANCE);
    };
    compare(ropeTable(latentPositions(0, patch.latents.levels), patch.frequencies), patch.latents);
    for (const golden of grid.cases) {
      const { firstLevel, levels } = golden;
      const positions = gridPositions(golden.grid, grid.k, firstLevel - 1, levels);
      compare(ropeTable(positions, grid.frequencies), golden);
    }
    expect(new Set(patch.pixels.map(({ pt }) => pt)).size).toBeGreaterThan(2);
    for (const golden of patch.pixels) {
      const u = patchCoordinates(golden.p, golden.coordMode);
      const v = frameCoordinates(golden.pt);
      compare(pixelTable(u, u, patch.frequencies, v), { ...golden, levels: 0 });
    }
  });

  it('of time features', () => {
    for (const { t, values } of readGolden('time-features.json').cases) {
      expect(largestDifference(timeFeatures(t), goldenFloats(values))).toBeLessThan(TOLERANCE);
    }
  });

  it('of the schedule', () => {
    for (const { steps, timeShift, t, firstGuided } of readGolden('schedule.json').cases) {
      const schedule = samplerSteps(steps, 3, timeShift);
      expect(schedule.map((step) => step.t)).toEqual(t.slice(0, -1));
      expect(schedule.map((step) => step.dt)).toEqual(t.slice(1).map((next, s) => next - t[s]!));
      expect(unguidedSteps(steps)).toBe(firstGuided);
    }
  });

  it('of masks', () => {
    const { blocked, cases } = readGolden('masks.json');
    expect(MASKED).toBe(blocked);
    for (const { grid, levels, rows } of cases) {
      const { values } = levelCausalBias(grid, 0, levels);
      const seen = rows.flatMap((row) => Array.from(row, (mark) => (mark === '1' ? 0 : MASKED)));
      expect([...values]).toEqual(seen);
    }
  });

  it('of the frames kept of a clip', () => {
    for (const { frames, fps, kt, pt, kept } of readGolden('clip-frames.json').cases) {
      expect(fitFrames(frames, fps, kt)).toEqual({ pt, kept });
    }
  });

  it('of grids', () => {
    for (const [height, width, k, gh, gw] of readGolden('grids.json').rows) {
      expect(gridForAspect({ width, height }, k)).toEqual({ gt: 1, gh, gw });
    }
  });
});
