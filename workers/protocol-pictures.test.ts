import { beforeAll, describe, expect, it } from 'vitest';
import {
  ENGINES,
  finished,
  generated,
  loaded,
  pixelsOf,
  realEngine,
  request,
  TestCanvas,
} from '../cli/testing/engines';
import type { ContextMode, DecodeRequest, Engine, Pixels } from '../src/contract/engine';
import { sizeForShortSide } from '../src/contract/grid';
import type { PictureId } from '../src/contract/units';
import { readDcsFile, writeDcsFile } from './dcs-file/dcs-file';

const ignore = (): undefined => undefined;

describe.each(ENGINES)('pictures of $name', ({ create }) => {
  let engine: Engine;
  let pictureId: PictureId;
  beforeAll(async () => {
    engine = await loaded(create());
    pictureId = await generated(engine, { aspect: { width: 3, height: 2 } });
  });
  const ditCalls = async (): Promise<number> =>
    (await engine.counters()).runsByGraph['dit_step'] ?? 0;

  it('[DEC1] decodes any size and level count without the DiT', async () => {
    const before = await ditCalls();
    const { grid } = await engine.describePicture(pictureId);
    for (const sizePx of [16, 31, 64, 100]) {
      for (const levels of [1, 2, 3]) {
        const { width, height } = await engine.readPixels(pictureId, { levels, sizePx }, null);
        const { widthPx, heightPx } = sizeForShortSide(grid, sizePx);
        expect([width, height]).toEqual([widthPx, heightPx]);
      }
    }
    expect(await ditCalls()).toBe(before);
  });

  it('[DEC2] draws the pixels that it reads', async () => {
    const canvas = new TestCanvas();
    await engine.attachCanvas('main', canvas);
    const view = { levels: 2, sizePx: 50 };
    const result = await engine.decode(pictureId, { ...view, canvasId: 'main' }, null);
    const { width, height, rgba } = await engine.readPixels(pictureId, view, null);
    expect(result).toMatchObject({ status: 'drawn', widthPx: width, heightPx: height });
    expect([canvas.width, canvas.height]).toEqual([width, height]);
    expect(Buffer.from(canvas.pixels).equals(Buffer.from(rgba))).toBe(true);
  });

  it.each<DecodeRequest>([
    { levels: 0, sizePx: 64 },
    { levels: 4, sizePx: 64 },
    { levels: 1, sizePx: 15 },
    { levels: 1, sizePx: 2049 },
    { levels: 1, sizePx: 20.5 },
  ])('[DEC3] rejects %j', async (view) => {
    await expect(engine.readPixels(pictureId, view, null)).rejects.toMatchObject({
      name: 'BadRequest',
    });
  });

  it('[DEC4] ends a decode whose signal is aborted', async () => {
    await engine.attachCanvas('main', new TestCanvas());
    const view = { levels: 1, sizePx: 64 };
    const aborted = AbortSignal.abort();
    expect(await engine.decode(pictureId, { ...view, canvasId: 'main' }, aborted)).toEqual({
      status: 'cancelled',
    });
    await expect(engine.readPixels(pictureId, view, aborted)).rejects.toMatchObject({
      name: 'Cancelled',
    });
  });

  it('[DEC5] decodes finished levels while the run goes on', async () => {
    const running: PictureId[] = [];
    const early: Promise<string>[] = [];
    const result = await engine.generate(request(), null, (event) => {
      if (event.type === 'run-start') running.push(event.pictureId);
      if (event.type !== 'level-start' || event.level !== 2) return;
      early.push(pixelsOf(engine, running[0]!, 1));
    });
    expect(await early[0]).toBe(await pixelsOf(engine, finished(result), 1));
  });

  it('[DEC7] decodes some patches alone, as they are in the whole', async () => {
    const sizePx = 32;
    const whole = await engine.readPixels(pictureId, { levels: 3, sizePx }, null);
    const patches = { fromRow: 1, toRow: 3, fromColumn: 2, toColumn: 5 };
    const part = await engine.readPixels(pictureId, { levels: 3, sizePx, patches }, null);
    const { grid } = await engine.describePicture(pictureId);
    const p = sizePx / grid.gh;
    expect([part.width, part.height]).toEqual([3 * p, 2 * p]);
    for (let y = 0; y < part.height; y += 1) {
      const start = ((p + y) * whole.width + 2 * p) * 4;
      const row = part.rgba.slice(y * part.width * 4, (y + 1) * part.width * 4);
      expect(row).toEqual(whole.rgba.slice(start, start + row.length));
    }
    const canvas = new TestCanvas();
    await engine.attachCanvas('main', canvas);
    const view = { levels: 3, sizePx, patches, canvasId: 'main' };
    expect(await engine.decode(pictureId, view, null)).toMatchObject({ widthPx: part.width });
    expect(Buffer.from(canvas.pixels).equals(Buffer.from(part.rgba))).toBe(true);
  });

  it.each([
    { sizePx: 33, fromRow: 0, toRow: 1 },
    { sizePx: 32, fromRow: 1, toRow: 1 },
    { sizePx: 32, fromRow: 0, toRow: 99 },
    { sizePx: 32, fromRow: -1, toRow: 1 },
  ])('[DEC7] rejects patches %j', async ({ sizePx, fromRow, toRow }) => {
    const patches = { fromRow, toRow, fromColumn: 0, toColumn: 1 };
    await expect(
      engine.readPixels(pictureId, { levels: 1, sizePx, patches }, null),
    ).rejects.toMatchObject({ name: 'BadRequest' });
  });

  it('[FILE1] imports what it exported, after loading again too', async () => {
    const pixels = await pixelsOf(engine, pictureId, 3, 40);
    const file = await engine.exportLatent(pictureId, 'float32');
    const here = await engine.importLatent(file);
    expect(here).toEqual({
      ...(await engine.describePicture(pictureId)),
      levelsInFile: 3,
      encoding: 'float32',
      pictureId: here.pictureId,
      origin: 'imported',
    });
    expect(await pixelsOf(engine, here.pictureId, 3, 40)).toBe(pixels);
    const other = await loaded(create());
    const there = await other.importLatent(file);
    expect(await pixelsOf(other, there.pictureId, 3, 40)).toBe(pixels);
  });

  it.each<ContextMode>(['clean-context', 'sync'])(
    '[FILE2] continues an imported picture as the original (%s)',
    async (mode) => {
      const whole = await generated(engine, { mode });
      const start = await generated(engine, { mode, levels: 2 });
      const { pictureId: copy } = await engine.importLatent(
        await engine.exportLatent(start, 'float32'),
      );
      finished(await engine.continuePicture(copy, { toLevel: 3 }, null, ignore));
      expect(await pixelsOf(engine, copy, 3)).toBe(await pixelsOf(engine, whole, 3));
    },
  );

  it('[FILE3] rejects a file that is not one', async () => {
    for (const file of [new Uint8Array(0), new TextEncoder().encode('a picture of a red apple')]) {
      await expect(engine.importLatent(file)).rejects.toMatchObject({ name: 'LatentInvalid' });
    }
  });

  it('[REC1] makes a picture with all levels of an image', async () => {
    const image: Pixels = {
      width: 40,
      height: 20,
      rgba: Uint8ClampedArray.from({ length: 40 * 20 * 4 }, (_, i) => (i * 7) % 256),
    };
    const info = await engine.reconstruct(image, { sizePx: 32 });
    expect(info.origin).toBe('reconstructed');
    const message = expect.stringContaining(`all ${info.levelsDone} levels`) as string;
    await expect(
      engine.continuePicture(info.pictureId, { toLevel: info.levelsDone + 1 }, null, ignore),
    ).rejects.toMatchObject({ name: 'BadRequest', message });
    expect(info.grid.gw).toBe(2 * info.grid.gh);
    await pixelsOf(engine, info.pictureId, info.levelsDone);
    await expect(engine.reconstruct({ ...image, width: 41 }, { sizePx: 32 })).rejects.toMatchObject(
      { name: 'BadRequest' },
    );
  });

  it('[REC3] gives each patch its levels, and nothing for the others', async () => {
    const rgba = Uint8ClampedArray.from({ length: 32 * 32 * 4 }, (_, i) => (i * 7) % 256);
    const image: Pixels = { width: 32, height: 32, rgba };
    const whole = await engine.reconstruct(image, { sizePx: 32 });
    const patches = whole.grid.gh * whole.grid.gw;
    const two = await engine.reconstruct(image, {
      sizePx: 32,
      counts: Array.from({ length: patches }, () => 2),
    });
    expect(two.levelsDone).toBe(2);
    expect(await pixelsOf(engine, two.pictureId, 2)).toBe(
      await pixelsOf(engine, whole.pictureId, 2),
    );
    const counts = Array.from({ length: patches }, (_, patch) => (patch % 2) + 1);
    const mixed = await engine.reconstruct(image, { sizePx: 32, counts });
    expect(mixed).toMatchObject({ counts, levelsDone: 2 });
    const file = await engine.exportLatent(mixed.pictureId, 'float32');
    const back = await engine.importLatent(file);
    expect(back).toMatchObject({ counts, levelsDone: 2, levelsInFile: 2 });
    expect(await pixelsOf(engine, back.pictureId, 2)).toBe(
      await pixelsOf(engine, mixed.pictureId, 2),
    );
    await expect(
      engine.continuePicture(back.pictureId, { toLevel: 3 }, null, ignore),
    ).rejects.toMatchObject({ name: 'BadRequest' });
    for (const wrong of [[1], counts.map(() => 0), counts.map(() => whole.levelsDone + 1)]) {
      await expect(engine.reconstruct(image, { sizePx: 32, counts: wrong })).rejects.toMatchObject({
        name: 'BadRequest',
      });
    }
  });

  it('[MEM1] forgets a disposed picture, and refuses while its run is at work', async () => {
    const own = await generated(engine, { levels: 1 });
    await engine.dispose(own);
    for (const call of [
      engine.describePicture(own),
      engine.readPixels(own, { levels: 1, sizePx: 16 }, null),
      engine.exportLatent(own, 'float32'),
      engine.dispose(own),
      engine.continuePicture(own, { toLevel: 2 }, null, ignore),
    ]) {
      await expect(call).rejects.toMatchObject({ name: 'PictureNotFound' });
    }
    const refusals: Promise<unknown>[] = [];
    const result = await engine.generate(request(), null, (event) => {
      if (event.type !== 'run-start') return;
      refusals.push(engine.dispose(event.pictureId).catch((error: unknown) => error));
    });
    expect(await refusals[0]).toMatchObject({ name: 'BadRequest' });
    await engine.dispose(finished(result));
  });
});

describe('files of the real engine', () => {
  it('[FILE3] says that a file is of another model', async () => {
    const real = await loaded(realEngine());
    const file = await real.exportLatent(await generated(real), 'float32');
    const { levelsInFile, encoding, ...document } = readDcsFile(file);
    expect([levelsInFile, encoding]).toEqual([document.levelsDone, 'float32']);
    const other = writeDcsFile({ ...document, decoderSha256: '0'.repeat(64) }, 'float32');
    await expect(real.importLatent(other)).rejects.toMatchObject({ name: 'OtherModel' });
    await expect(real.importLatent(file)).resolves.toMatchObject({ origin: 'imported' });
  });
});
