/** What only the real engine can show about its numbers. On the tiny model, native and WASM. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  finished,
  generated,
  loaded,
  pixelsOf,
  realEngine,
  request,
  TestCanvas,
  TINY,
} from '../cli/testing/engines';
import { createNodeHost } from '../cli/node-host';
import type { ContextMode, Engine, GenerateRequest, LatentEncoding } from '../src/contract/engine';
import { parseManifest } from '../src/contract/manifest';
import { readGenerateRequest } from '../src/contract/requests';
import type { PictureId } from '../src/contract/units';
import { sampleJointly } from './joint';
import { loadModel } from './model-loading';
import { readDcsFile } from './dcs-file/dcs-file';

const ignore = (): undefined => undefined;
const STEPS = 10;
const MODES: readonly ContextMode[] = ['clean-context', 'sync'];

async function latentsOf(engine: Engine, pictureId: PictureId): Promise<Float32Array> {
  return readDcsFile(await engine.exportLatent(pictureId, 'float32')).latents;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}

describe.each(['native', 'wasm'] as const)('the numbers of the %s engine', (backend) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await loaded(realEngine(backend));
  });

  it.each([1, 3])(
    '[GEN8] level by level equals all levels jointly, at guidance %d',
    async (guidance) => {
      const changes: Partial<GenerateRequest> = {
        steps: STEPS,
        guidance,
        aspect: { width: 3, height: 2 },
      };
      const pictureId = await generated(engine, { ...changes, mode: 'sync' });
      const progressive = await latentsOf(engine, pictureId);
      const { model } = await loadModel(createNodeHost(backend), {
        bundleUrl: TINY,
        backend: 'auto',
        signal: new AbortController().signal,
        onEvent: ignore,
      });
      const { traits } = readGenerateRequest(request(changes), model.manifest);
      const joint = await sampleJointly(model, traits, 3);
      expect(model.backend.counts().liveTensors).toBe(0);
      await model.release();
      expect(largestDifference(progressive, joint)).toBeLessThan(1e-4);
      // The levels do depend on each other: with clean context the upper ones differ, the first does not.
      const clean = await latentsOf(
        engine,
        await generated(engine, { ...changes, mode: 'clean-context' }),
      );
      const levelValues = joint.length / 3;
      expect(clean.slice(0, levelValues)).toEqual(progressive.slice(0, levelValues));
      expect(largestDifference(clean, progressive)).toBeGreaterThan(1e-5);
    },
  );

  it.each(MODES)('[CONT4] continues to the same bits without its caches (%s)', async (mode) => {
    const changes = { mode, steps: STEPS };
    const whole = await latentsOf(engine, await generated(engine, changes));
    const file = await engine.exportLatent(
      await generated(engine, { ...changes, levels: 2 }),
      'float32',
    );
    const { pictureId } = await engine.importLatent(file); // a new picture has no caches
    finished(await engine.continuePicture(pictureId, { toLevel: 3 }, null, ignore));
    expect(await latentsOf(engine, pictureId)).toEqual(whole);
  });

  it.each(MODES)(
    '[FILE4] imports the whole levels of a file that is cut off (%s)',
    async (mode) => {
      const pictureId = await generated(engine, { mode, steps: STEPS });
      const file = await engine.exportLatent(pictureId, 'float32');
      const cut = await engine.importLatent(file.slice(0, file.length - 1));
      expect(cut).toMatchObject({ levelsDone: 2, levelsInFile: 3 });
      const whole = await latentsOf(engine, pictureId);
      expect(await latentsOf(engine, cut.pictureId)).toEqual(
        whole.slice(0, (whole.length / 3) * 2),
      );
      finished(await engine.continuePicture(cut.pictureId, { toLevel: 3 }, null, ignore));
      expect(await latentsOf(engine, cut.pictureId)).toEqual(whole);
    },
  );

  it.each<[LatentEncoding, number]>([
    ['float16', 1e-3],
    ['int8', 1 / 254],
  ])('[FILE2] goes on from the levels of a file of %s', async (encoding, most) => {
    const start = await generated(engine, { levels: 2, steps: STEPS });
    const exact = await latentsOf(engine, start);
    const { pictureId } = await engine.importLatent(await engine.exportLatent(start, encoding));
    const kept = await latentsOf(engine, pictureId);
    const largest = Math.max(...exact.map(Math.abs));
    expect(largestDifference(kept, exact)).toBeLessThan(most * largest * 1.01);
    finished(await engine.continuePicture(pictureId, { toLevel: 3 }, null, ignore));
    expect((await latentsOf(engine, pictureId)).slice(0, kept.length)).toEqual(kept);
  });

  it('[GEN9] does not depend on previews or on earlier runs', async () => {
    const alone = await latentsOf(engine, await generated(engine, { steps: STEPS }));
    await engine.attachCanvas('main', new TestCanvas());
    await generated(engine, { seed: '99', prompt: 'another' });
    const previews = [{ canvasId: 'main', sizePx: 32 }];
    const shown = await latentsOf(engine, await generated(engine, { steps: STEPS, previews }));
    expect(shown).toEqual(alone);
  });

  it('[GEN10] reads a prompt in lower case', async () => {
    const drawn = async (prompt: string): Promise<Float32Array> =>
      latentsOf(engine, await generated(engine, { prompt, steps: 2, levels: 1 }));
    const lower = await drawn('red apple');
    expect(await drawn('RED Apple')).toEqual(lower);
    expect(await drawn('red pear')).not.toEqual(lower);
  });

  it('[DEC6] decodes from its caches what it decodes from scratch', async () => {
    const pictureId = await generated(engine, {});
    const seen: string[] = [];
    for (const levels of [3, 1, 2, 3, 1]) seen.push(await pixelsOf(engine, pictureId, levels, 37));
    const file = await engine.exportLatent(pictureId, 'float32');
    for (const [index, levels] of [3, 1, 2].entries()) {
      const { pictureId: fresh } = await engine.importLatent(file);
      expect(await pixelsOf(engine, fresh, levels, 37)).toBe(seen[index]);
    }
    expect(seen[3]).toBe(seen[0]);
    expect(seen[4]).toBe(seen[1]);
    expect(new Set(seen).size).toBe(3);
  });
});

describe('native and WASM', () => {
  it('agree on latents and pixels', async () => {
    const results = [];
    for (const backend of ['native', 'wasm'] as const) {
      const engine = await loaded(realEngine(backend));
      const pictureId = await generated(engine, { steps: STEPS });
      const latents = await latentsOf(engine, pictureId);
      const { rgba } = await engine.readPixels(pictureId, { levels: 3, sizePx: 64 }, null);
      results.push({ latents, pixels: Float32Array.from(rgba) });
    }
    const [native, wasm] = results;
    expect(largestDifference(native!.latents, wasm!.latents)).toBeLessThan(1e-4);
    expect(largestDifference(native!.pixels, wasm!.pixels)).toBeLessThanOrEqual(1);
  });
});

describe('the tiny bundle', () => {
  it('is described by a manifest that names every input of its graphs', async () => {
    const json: unknown = JSON.parse(await readFile(join(TINY, 'manifest.json'), 'utf8'));
    const { graphs, config } = parseManifest(json);
    expect(graphs.dit_step.inputs).toContain(`ctx_k_${config.dit.layers - 1}`);
    expect(graphs.attention_test).not.toBeNull();
  });
});
