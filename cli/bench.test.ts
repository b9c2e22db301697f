import { expect, it } from 'vitest';
import { measureBackend, measureJoint } from './bench-measure';
import { writeReport } from './bench-report';
import { TINY } from './testing/engines';

it('measures the tiny model and leaves no figure of the page empty', async () => {
  const backends = [await measureBackend(TINY, 'native', 2), await measureBackend(TINY, 'wasm', 2)];
  const joint = await measureJoint(TINY, 2);
  for (const { firstLevelMs, totalMs, overheadShare, redecodes } of backends) {
    expect(firstLevelMs.median).toBeLessThan(totalMs.median);
    expect(overheadShare.min).toBeGreaterThan(0);
    expect(overheadShare.max).toBeLessThan(1);
    // What makes a redecode cheaper is counted: on this model the times are too close to compare.
    for (const { redecodeMs, trunkCalls } of redecodes) {
      expect(redecodeMs.min).toBeGreaterThan(0);
      expect(trunkCalls.redecode).toBe(0);
      expect(trunkCalls.full).toBeGreaterThanOrEqual(2);
    }
  }
  const page = writeReport({ model: 'tiny', runs: 2, backends, joint });
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
  for (const graph of ['text_encoder', 'dit_step', 'decoder_trunk', 'depatchify']) {
    expect(page).toContain(`| ${graph} |`);
  }
}, 60_000);
