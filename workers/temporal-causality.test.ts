/** A bundle whose DiT draws all segments of a clip together: the tiny one with another manifest. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finished, realEngine, request, TINY } from '../cli/testing/engines';
import type { GoldenTensor } from '../cli/testing/golden';
import { goldenFloats, readGolden, relativeDifference } from '../cli/testing/golden';
import type { ContextMode, Engine } from '../src/contract/engine';
import { readDcsFile } from './dcs-file/dcs-file';

const CLIP = readGolden('tiny-clip.json');

interface BundleJson {
  readonly config: { readonly video: object };
}

describe('a clip whose segments are drawn together', () => {
  let folder: string;
  let engine: Engine;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dcs-together-'));
    await cp(TINY, folder, { recursive: true });
    const file = join(folder, 'manifest.json');
    const manifest = JSON.parse(await readFile(file, 'utf8')) as BundleJson;
    const video = { ...manifest.config.video, temporalCausal: false };
    await writeFile(file, JSON.stringify({ ...manifest, config: { ...manifest.config, video } }));
    engine = realEngine();
    await engine.load(folder, { backend: 'auto' }, null, () => undefined);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each<ContextMode>(['clean-context', 'sync'])('is that of PyTorch (%s)', async (mode) => {
    const { prompt, seed, steps, guidance, aspect, seconds, modes } = CLIP;
    const { zn, together } = modes[mode];
    const changes = { prompt, seed, steps, guidance, aspect, seconds, mode, levels: zn.length };
    const pictureId = finished(await engine.generate(request(changes), null, () => undefined));
    const { latents } = readDcsFile(await engine.exportLatent(pictureId, 'float32'));
    const whole = (levels: readonly GoldenTensor[]): Float32Array =>
      Float32Array.from(levels.flatMap((level) => [...goldenFloats(level)]));
    expect(relativeDifference(latents, whole(together))).toBeLessThan(1e-4);
    expect(relativeDifference(latents, whole(zn))).toBeGreaterThan(0.01);
  });
});
