/** What only the real engine can show about clips, on the tiny model. */
import { beforeAll, describe, expect, it } from 'vitest';
import { createNodeHost } from '../cli/node-host';
import { finished, generated, loaded, realEngine, request, TINY } from '../cli/testing/engines';
import { largestDifference } from '../cli/testing/golden';
import type { Frames } from '../src/contract/clip';
import type { Engine, GenerateRequest } from '../src/contract/engine';
import { readGenerateRequest } from '../src/contract/requests';
import type { PictureId } from '../src/contract/units';
import { sampleJointly } from './joint';
import { loadModel } from './model-loading';
import { readDcsFile } from './dcs-file/dcs-file';

const ignore = (): undefined => undefined;
const CLIP: Partial<GenerateRequest> = { seconds: 1, steps: 3 };
const VIEW = { levels: 3, sizePx: 20, fps: 6 };

async function latentsOf(engine: Engine, pictureId: PictureId): Promise<Float32Array> {
  return readDcsFile(await engine.exportLatent(pictureId, 'float32')).latents;
}

describe('clips of the real engine', () => {
  let engine: Engine;
  let clipId: PictureId;
  let frames: Frames;
  beforeAll(async () => {
    engine = await loaded(realEngine());
    clipId = await generated(engine, CLIP);
    frames = await engine.readFrames(clipId, VIEW, null);
  }, 60_000);

  it('[GEN8] level by level equal all levels jointly', async () => {
    const wishes: Partial<GenerateRequest> = { ...CLIP, steps: 11 };
    const pictureId = await generated(engine, { ...wishes, mode: 'sync' });
    const { model } = await loadModel(createNodeHost('native'), {
      bundleUrl: TINY,
      backend: 'auto',
      signal: new AbortController().signal,
      onEvent: ignore,
    });
    const { traits } = readGenerateRequest(request(wishes), model.manifest);
    const joint = await sampleJointly(model, traits, 3);
    await model.release();
    expect(largestDifference(await latentsOf(engine, pictureId), joint)).toBeLessThan(1e-4);
  });

  it('[VID7] begin as the longer clip of the same request begins', async () => {
    const longer = await generated(engine, { ...CLIP, seconds: 2 });
    const [short, long] = [await latentsOf(engine, clipId), await latentsOf(engine, longer)];
    const levelValues = short.length / 3;
    const beginning = Float32Array.from(
      [0, 1, 2].flatMap((l) => [...long.subarray(2 * l * levelValues, (2 * l + 1) * levelValues)]),
    );
    expect(largestDifference(short, beginning)).toBeLessThan(1e-4);
    const { rgba } = await engine.readFrames(longer, { ...VIEW, frames: { from: 0, to: 6 } }, null);
    const differences = frames.rgba.map((byte, i) => Math.abs(byte - rgba[i]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(1);
  });

  it('[DEC6] run the trunk once per level and the anchors once, at any rate and size', async () => {
    const before = (await engine.counters()).runsByGraph;
    for (const view of [VIEW, { ...VIEW, fps: 12 }, { ...VIEW, sizePx: 30 }]) {
      await engine.readFrames(clipId, view, null);
    }
    const after = (await engine.counters()).runsByGraph;
    expect(after['decoder_trunk']).toBe(before['decoder_trunk']);
    expect(after['depatchify_anchors']).toBe(before['depatchify_anchors']);
    expect(after['depatchify']! - before['depatchify']!).toBe(6 + 12 + 6);
  });

  it.each([0, 60_000])(
    '[MEM3] are the same within a budget of %d bytes, their trunk run once per reading',
    async (budgetBytes) => {
      const poor = await loaded(realEngine(), budgetBytes);
      const { pictureId } = await poor.importLatent(await engine.exportLatent(clipId, 'float32'));
      expect(await poor.readFrames(pictureId, VIEW, null)).toEqual(frames);
      const { runsByGraph, cacheBytes } = await poor.counters();
      expect(runsByGraph['decoder_trunk']).toBe(3);
      expect(cacheBytes).toBeLessThanOrEqual(budgetBytes);
      await poor.dispose(pictureId);
      expect((await poor.counters()).liveTensors).toBe(0);
    },
  );

  it('[MEM2] leave nothing: generated, stopped, read, cancelled, encoded', async () => {
    const own = await loaded(realEngine());
    const stopped = await own.generate(request({ ...CLIP, mode: 'sync' }), null, (event) => {
      if (event.type === 'step-end' && event.level === 2) void own.stop('now');
    });
    if (stopped.status !== 'stopped') throw new Error(stopped.status);
    const pictureId = stopped.pictureId!;
    finished(await own.continuePicture(pictureId, { toLevel: 3 }, null, ignore));
    await own.readFrames(pictureId, { ...VIEW, sizePx: 300 }, null); // several batches a frame
    const abort = new AbortController();
    const reading = own.readFrames(pictureId, { ...VIEW, sizePx: 200, fps: 60 }, abort.signal);
    setTimeout(() => abort.abort(), 20);
    await expect(reading).rejects.toMatchObject({ name: 'Cancelled' });
    const { pictureId: seen } = await own.reconstructClip(frames, { sizePx: 8 });
    await own.readFrames(seen, VIEW, null);
    await own.dispose(pictureId);
    await own.dispose(seen);
    const { liveTensors, cacheBytes } = await own.counters();
    expect([liveTensors, cacheBytes]).toEqual([0, 0]);
  });

  it('[REC2] are looked at with fewer frames where all would not fit, and refused where one would not', async () => {
    const long = { ...frames, fps: 60, frameCount: 120 };
    const still = { ...long, rgba: new Uint8ClampedArray(120 * frames.width * frames.height * 4) };
    const { pictureId, grid } = await engine.reconstructClip(still, { sizePx: 24 });
    expect(grid.gt).toBe(4);
    await engine.dispose(pictureId);
    await expect(engine.reconstructClip(still, { sizePx: 512 })).rejects.toMatchObject({
      name: 'BadRequest',
      message: expect.stringContaining('too large for a clip of 2 s') as string,
    });
  });
});
