/** Bundles whose pixels look at each other, and bundles of before: the tiny one with another graph, and nano. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finished, realEngine, request, TestCanvas, TINY } from '../cli/testing/engines';
import { goldenFloats, readGolden } from '../cli/testing/golden';
import type { Engine } from '../src/contract/engine';
import type { PictureId } from '../src/contract/units';

const NANO = fileURLToPath(new URL('../public/models/nano', import.meta.url));
const FULL_GRAPH = fileURLToPath(new URL('../training/tests/golden/tiny-full', import.meta.url));
const CHAIN = readGolden('tiny-chain.json');
const { pictures } = readGolden('tiny-full.json');

interface BundleJson {
  readonly config: Record<string, unknown>;
  readonly graphs: Record<string, unknown>;
}

/** The tiny bundle with the full depatchifier, in a folder of its own. */
async function writeFullBundle(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dcs-full-'));
  await cp(TINY, folder, { recursive: true });
  for (const file of ['depatchify.onnx', 'depatchify.f16.bin']) {
    await cp(join(FULL_GRAPH, file), join(folder, file));
  }
  const manifest = JSON.parse(await readFile(join(TINY, 'manifest.json'), 'utf8')) as BundleJson;
  const entry: unknown = JSON.parse(await readFile(join(FULL_GRAPH, 'depatchify.json'), 'utf8'));
  const graphs = Object.fromEntries(
    Object.entries(manifest.graphs).filter(([name]) => name !== 'depatchify_anchors'),
  );
  const config = { ...manifest.config, pixelAttention: 'full', video: undefined }; // no clips
  const full = { ...manifest, config, graphs: { ...graphs, depatchify: entry } };
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(full));
  return folder;
}

describe.each(['native', 'wasm'] as const)('where pixels look at each other (%s)', (kind) => {
  let folder: string;
  let engine: Engine;
  let pictureId: PictureId;

  beforeAll(async () => {
    folder = await writeFullBundle();
    engine = realEngine(kind);
    await engine.load(folder, { backend: 'auto' }, null, () => undefined);
    await engine.attachCanvas('main', new TestCanvas());
    const { prompt, seed, steps, guidance, aspect } = CHAIN;
    const previews = [{ canvasId: 'main', sizePx: 20 }];
    const changes = { prompt, seed, steps, guidance, aspect, levels: 3, previews };
    pictureId = finished(await engine.generate(request(changes), null, () => undefined));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('the engine draws what PyTorch draws, without anchors', async () => {
    for (const { levels, shortSidePx, rgb } of pictures) {
      const view = { levels, sizePx: shortSidePx };
      const { rgba } = await engine.readPixels(pictureId, view, null);
      const wanted = Uint8ClampedArray.from(
        goldenFloats(rgb).map((value) => (value * 0.5 + 0.5) * 255),
      );
      const found = rgba.filter((_, i) => i % 4 !== 3);
      expect(found).toHaveLength(wanted.length);
      const differences = found.map((byte, i) => Math.abs(byte - wanted[i]!));
      expect(Math.max(...differences)).toBeLessThanOrEqual(1); // floats near a half round either way
    }
    expect((await engine.counters()).runsByGraph).not.toHaveProperty('depatchify_anchors');
  });

  it('[DEC7] patches alone are as they are in the whole', async () => {
    const { grid } = await engine.describePicture(pictureId);
    const p = 12;
    const view = { levels: 3, sizePx: p * Math.min(grid.gh, grid.gw) };
    const whole = await engine.readPixels(pictureId, view, null);
    const patches = { fromRow: 1, toRow: 3, fromColumn: 1, toColumn: 2 };
    const part = await engine.readPixels(pictureId, { ...view, patches }, null);
    expect([part.width, part.height]).toEqual([p, 2 * p]);
    const there = Array.from({ length: 2 * p }, (_, y) => {
      const start = ((p + y) * whole.width + p) * 4;
      return [...whole.rgba.subarray(start, start + p * 4)];
    });
    expect([...part.rgba]).toEqual(there.flat());
  });

  it('a size that does not divide and one of many batches are drawn too', async () => {
    for (const sizePx of [17, 128]) {
      const { rgba, height } = await engine.readPixels(pictureId, { levels: 2, sizePx }, null);
      expect(height).toBe(sizePx);
      expect(new Set(rgba).size).toBeGreaterThan(10);
    }
  });

  it('what the decoder keeps is freed once', async () => {
    await engine.dispose(pictureId);
    const { liveTensors, cacheBytes } = await engine.counters();
    expect([liveTensors, cacheBytes]).toEqual([0, 0]);
  });
});

describe('a bundle exported while tok_encoder had a pixel_bias', () => {
  it('is fed it', async () => {
    const engine = realEngine();
    const { manifest } = await engine.load(NANO, { backend: 'auto' }, null, () => undefined);
    expect(manifest.graphs.tok_encoder.inputs).toContain('pixel_bias');
    const rgba = new Uint8ClampedArray(64 * 64 * 4).fill(200);
    const { levelsDone } = await engine.reconstruct(
      { width: 64, height: 64, rgba },
      { sizePx: 64 },
    );
    expect(levelsDone).toBe(manifest.config.levels);
  });
});
