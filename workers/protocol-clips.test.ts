import { beforeAll, describe, expect, it } from 'vitest';
import { ENGINES, finished, generated, loaded, request, TestCanvas } from '../cli/testing/engines';
import type { Frames, FramesRequest } from '../src/contract/clip';
import type { ContextMode, DecodeRequest, Engine } from '../src/contract/engine';
import type { PictureId } from '../src/contract/units';

const ignore = (): undefined => undefined;
const SIZE = { levels: 3, sizePx: 17 };

/** The bytes of one frame. */
function frameOf({ width, height, rgba }: Frames, index: number): string {
  const bytes = width * height * 4;
  return Buffer.from(rgba.slice(index * bytes, (index + 1) * bytes)).toString('base64');
}

function bytesOf(rgba: Uint8ClampedArray): string {
  return Buffer.from(rgba).toString('base64');
}

// Rates that all engines here have: multiples of 4.
describe.each(ENGINES)('clips of $name', ({ create }) => {
  let engine: Engine;
  let clipId: PictureId;
  /** Segments a second. */
  let kt: number;
  const read = (wanted: Partial<FramesRequest>, id = clipId): Promise<Frames> =>
    engine.readFrames(id, { ...SIZE, fps: 8, ...wanted }, null);
  beforeAll(async () => {
    engine = await loaded(create());
    clipId = await generated(engine, { seconds: 1, aspect: { width: 5, height: 4 } });
    kt = (await engine.describePicture(clipId)).grid.gt;
  }, 60_000);

  it('[VID1] have kt segments for each second, and images have one', async () => {
    const longer = await generated(engine, { seconds: 2.1, steps: 1, levels: 1 });
    expect((await engine.describePicture(longer)).grid.gt).toBe(Math.round(2.1 * kt));
    const image = await generated(engine, { steps: 1, levels: 1 });
    expect((await engine.describePicture(image)).grid.gt).toBe(1);
    const events: unknown[] = [];
    for (const seconds of [0, 0.1, 1000, NaN]) {
      const run = engine.generate(request({ seconds }), null, (event) => events.push(event));
      await expect(run).rejects.toMatchObject({ name: 'BadRequest' });
    }
    expect(events).toEqual([]);
  });

  it('[VID2] have fps * seconds frames and show the same moments at every rate', async () => {
    const [slow, fast] = [await read({ fps: 12 }), await read({ fps: 24 })];
    expect([slow.fps, slow.frameCount, fast.fps, fast.frameCount]).toEqual([12, 12, 24, 24]);
    expect(slow.rgba).toHaveLength(12 * slow.width * slow.height * 4);
    for (let i = 0; i < 12; i += 1) expect(frameOf(slow, i)).toBe(frameOf(fast, 2 * i + 1));
    const distinct = new Set(Array.from({ length: 24 }, (_, i) => frameOf(fast, i)));
    expect(distinct.size).toBe(24);
    const { frameCount, fps } = await engine.readFrames(clipId, SIZE, null);
    expect([frameCount, fps]).toEqual([24, 24]); // what the models recommend
  });

  it('[VID3] give ranges and single frames that are those of the whole clip', async () => {
    const whole = await read({});
    const part = await read({ frames: { from: 3, to: 5 } });
    expect([0, 1].map((i) => frameOf(part, i))).toEqual([3, 4].map((i) => frameOf(whole, i)));
    const canvas = new TestCanvas();
    await engine.attachCanvas('clip', canvas);
    const at = { ...SIZE, frame: { index: 6, fps: 8 } };
    expect(bytesOf((await engine.readPixels(clipId, at, null)).rgba)).toBe(frameOf(whole, 6));
    await engine.decode(clipId, { ...at, canvasId: 'clip' }, null);
    expect(bytesOf(canvas.pixels)).toBe(frameOf(whole, 6));
    // without a frame: the end of the segment before the middle
    const poster = await engine.readPixels(clipId, SIZE, null);
    const pt = 8 / kt;
    expect(bytesOf(poster.rgba)).toBe(frameOf(whole, Math.floor((kt - 1) / 2) * pt + pt - 1));
  });

  it('[VID3] are previewed by their middle', async () => {
    const canvas = new TestCanvas();
    await engine.attachCanvas('clip', canvas);
    const previews = [{ canvasId: 'clip', sizePx: SIZE.sizePx }];
    const own = await generated(engine, { seconds: 1, steps: 1, previews });
    const { rgba } = await engine.readPixels(own, SIZE, null);
    expect(bytesOf(canvas.pixels)).toBe(bytesOf(rgba));
  });

  it.each<Partial<FramesRequest>>([
    { fps: 9 },
    { fps: 4 },
    { fps: 64 },
    { frames: { from: 0, to: 9 } },
    { frames: { from: 2, to: 2 } },
    { frames: { from: -1, to: 2 } },
    { levels: 4 },
    { sizePx: 15 },
  ])('[VID4] reject %j', async (wanted) => {
    await expect(read(wanted)).rejects.toMatchObject({ name: 'BadRequest' });
  });

  it('[VID4] are not read from images, nor too much at once', async () => {
    const image = await generated(engine, { steps: 1, levels: 1 });
    const ofImage = { levels: 1, sizePx: 16 };
    await expect(read(ofImage, image)).rejects.toMatchObject({ name: 'BadRequest' });
    const frame: DecodeRequest = { ...ofImage, frame: { index: 0, fps: 8 } };
    await expect(engine.readPixels(image, frame, null)).rejects.toMatchObject({
      name: 'BadRequest',
    });
    await expect(read({ fps: 60, sizePx: 2048 })).rejects.toThrow('of this size at a time');
  });

  it('[VID5] end between two frames when the signal is aborted', async () => {
    const abort = new AbortController();
    const all = { ...SIZE, sizePx: 100, fps: 60 };
    const reading = engine.readFrames(clipId, all, abort.signal);
    abort.abort();
    await expect(reading).rejects.toMatchObject({ name: 'Cancelled' });
    await read({ frames: { from: 0, to: 1 } });
  });

  it.each<ContextMode>(['clean-context', 'sync'])(
    '[VID6] are exported, imported and continued as images are (%s)',
    async (mode) => {
      const wishes = { seconds: 1, steps: 3, mode };
      const whole = await read({}, await generated(engine, wishes));
      const start = await generated(engine, { ...wishes, levels: 2 });
      const copy = await engine.importLatent(await engine.exportLatent(start, 'float32'));
      expect(copy.grid.gt).toBe(kt);
      finished(await engine.continuePicture(copy.pictureId, { toLevel: 3 }, null, ignore));
      expect(bytesOf((await read({}, copy.pictureId)).rgba)).toBe(bytesOf(whole.rgba));
    },
  );

  it('[REC2] are made of frames of any rate, the end of them kept', async () => {
    const [width, height, fps] = [12, 10, 10];
    const clip = (frameCount: number): Frames => {
      const rgba = Uint8ClampedArray.from(
        { length: frameCount * width * height * 4 },
        (_, i) => (i * 7) % 256,
      );
      return { fps, frameCount, width, height, rgba };
    };
    const seen = await engine.reconstructClip(clip(11), { sizePx: 16 });
    expect(seen).toMatchObject({ origin: 'reconstructed', grid: { gt: kt } });
    const { frameCount } = await read({ levels: seen.levelsDone }, seen.pictureId);
    expect(frameCount).toBe(8);
    for (const wrong of [clip(1), { ...clip(11), fps: 0 }, { ...clip(11), frameCount: 12 }]) {
      await expect(engine.reconstructClip(wrong, { sizePx: 16 })).rejects.toMatchObject({
        name: 'BadRequest',
      });
    }
  });
});
