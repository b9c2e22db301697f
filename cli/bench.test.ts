import { expect, it } from 'vitest';
import { measureBackend, measureJoint } from './bench-measure';
import { writeReport } from './bench-report';
import { TINY } from './testing/engines';

it('measures the tiny model and leaves no figure of the page empty', async () => {
  const backends = [await measureBackend(TINY, 'native', 2), await measureBackend(TINY, 'wasm', 2)];
  const joint = await measureJoint(TINY, 2);
  for (const { firstLevelMs, totalMs, overheadShare, redecodes } of backends) {
    expect(firstLevelMs.min).toBeGreaterThan(0);
    expect(totalMs.min).toBeGreaterThan(0);
    expect(overheadShare.min).toBeGreaterThan(0);
    expect(overheadShare.max).toBeLessThan(1);
    // Which is faster is for the page to say: on this model and a busy machine either may be.
    for (const { redecodeMs, fullMs } of redecodes) {
      expect(redecodeMs.min).toBeGreaterThan(0);
      expect(fullMs.min).toBeGreaterThan(0);
    }
  }
  const page = writeReport({ model: 'tiny', runs: 2, backends, joint });
  expect(page).not.toMatch(/NaN|undefined|Infinity/);
  for (const graph of ['text_encoder', 'dit_step', 'decoder_trunk', 'depatchify']) {
    expect(page).toContain(`| ${graph} |`);
  }
}, 60_000);
