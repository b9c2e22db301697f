/** What the engine keeps, what it drops, and that nothing is left over. */
import { beforeAll, describe, expect, it } from 'vitest';
import {
  finished,
  generated,
  loaded,
  pixelsOf,
  realEngine,
  request,
  TestCanvas,
} from '../cli/testing/engines';
import type { ContextMode, Engine, RunEvent } from '../src/contract/engine';
import type { PictureId } from '../src/contract/units';

const ignore = (): undefined => undefined;
const MODES: readonly ContextMode[] = ['clean-context', 'sync'];

describe('[MEM2] nothing is left', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await loaded(realEngine());
    await engine.attachCanvas('main', new TestCanvas());
  });
  const previews = [{ canvasId: 'main', sizePx: 32 }];
  const expectNothing = async (): Promise<void> => {
    const { liveTensors, liveBytes, cacheBytes } = await engine.counters();
    expect({ liveTensors, liveBytes, cacheBytes }).toEqual({
      liveTensors: 0,
      liveBytes: 0,
      cacheBytes: 0,
    });
  };

  it.each(MODES)('after a finished picture is disposed of (%s)', async (mode) => {
    const pictureId = await generated(engine, { mode, previews });
    await pixelsOf(engine, pictureId, 2, 300); // several batches
    await pixelsOf(engine, pictureId, 3, 301);
    await engine.exportLatent(pictureId, 'float32');
    await engine.dispose(pictureId);
    await expectNothing();
  });

  it.each(MODES)(
    'after a run was stopped, continued, cancelled and continued (%s)',
    async (mode) => {
      const stopped = await engine.generate(request({ mode, previews }), null, (event) => {
        if (event.type === 'step-end' && event.level === 2) void engine.stop('now');
      });
      if (stopped.status !== 'stopped') throw new Error(stopped.status);
      const pictureId = stopped.pictureId!;
      const abort = new AbortController();
      await engine.continuePicture(pictureId, { toLevel: 3, previews }, abort.signal, (event) => {
        if (event.type === 'step-end' && event.level === 3) abort.abort();
      });
      finished(await engine.continuePicture(pictureId, { toLevel: 3, previews }, null, ignore));
      await engine.dispose(pictureId);
      await expectNothing();
    },
  );

  it.each(MODES)(
    'after a run was cancelled or stopped before its first level (%s)',
    async (mode) => {
      const abort = new AbortController();
      await engine.generate(request({ mode }), abort.signal, (event) => {
        if (event.type === 'step-end') abort.abort();
      });
      await expectNothing();
      await engine.generate(request({ mode }), null, (event) => {
        if (event.type === 'step-end') void engine.stop('now');
      });
      await expectNothing();
    },
  );

  it('after a decode was cancelled between two batches', async () => {
    const pictureId = await generated(engine);
    const abort = new AbortController();
    const view = { levels: 3, sizePx: 1000, canvasId: 'main' };
    const decode = engine.decode(pictureId, view, abort.signal);
    setTimeout(() => abort.abort(), 20);
    expect(await decode).toEqual({ status: 'cancelled' });
    await engine.dispose(pictureId);
    await expectNothing();
  });

  it('after an image was encoded', async () => {
    const image = { width: 20, height: 20, rgba: new Uint8ClampedArray(1600).fill(90) };
    const { pictureId } = await engine.reconstruct(image, { sizePx: 16 });
    await pixelsOf(engine, pictureId, 3);
    await engine.dispose(pictureId);
    await expectNothing();
  });
});

describe('[MEM3] the memory budget', () => {
  it.each(MODES)('changes no bit of a picture, however small it is (%s)', async (mode) => {
    const ample = await loaded(realEngine());
    const wanted = await generated(ample, { mode });
    const pixels = [await pixelsOf(ample, wanted, 1), await pixelsOf(ample, wanted, 3)];
    for (const budgetBytes of [0, 10_000, 60_000]) {
      const engine = await loaded(realEngine(), budgetBytes);
      const events: RunEvent[] = [];
      const start = await generated(engine, { mode, levels: 2 }, (event) => events.push(event));
      finished(
        await engine.continuePicture(start, { toLevel: 3 }, null, (event) => events.push(event)),
      );
      expect(await pixelsOf(engine, start, 1)).toBe(pixels[0]);
      expect(await pixelsOf(engine, start, 3)).toBe(pixels[1]);
      const { cacheBytes, memoryBudgetBytes } = await engine.counters();
      expect(memoryBudgetBytes).toBe(budgetBytes);
      expect(cacheBytes).toBeLessThanOrEqual(budgetBytes);
      const dropped = events.filter((event) => event.type === 'cache-dropped');
      if (budgetBytes === 0) {
        expect(dropped.length).toBeGreaterThan(0);
        expect(dropped.every((event) => event.consequence !== '' && event.freedBytes > 0)).toBe(
          true,
        );
      }
      await engine.dispose(start);
      expect((await engine.counters()).liveTensors).toBe(0);
    }
  });

  it('drops the caches of the picture used longest ago first, and says whose', async () => {
    const probe = await loaded(realEngine());
    await pixelsOf(probe, await generated(probe), 3);
    const { cacheBytes } = await probe.counters();
    const engine = await loaded(realEngine(), Math.ceil(cacheBytes * 2.2));
    const pictures: PictureId[] = [];
    const droppedOf: (PictureId | null)[] = [];
    for (let i = 0; i < 3; i += 1) {
      const pictureId = await generated(engine, { seed: String(i) }, (event) => {
        if (event.type === 'cache-dropped') droppedOf.push(event.pictureId);
      });
      await pixelsOf(engine, pictureId, 3);
      pictures.push(pictureId);
    }
    await generated(engine, { seed: '3' }, (event) => {
      if (event.type === 'cache-dropped') droppedOf.push(event.pictureId);
    });
    expect(droppedOf).not.toContain(pictures[2]);
    expect((await engine.counters()).cacheBytes).toBeLessThanOrEqual(cacheBytes * 2.2);
    await pixelsOf(engine, pictures[0]!, 3); // made again
  });
});

describe('[DEC6] the decoder', () => {
  it('runs its trunk once per level and its anchors once per level count', async () => {
    const engine = await loaded(realEngine());
    await engine.attachCanvas('main', new TestCanvas());
    const previews = [{ canvasId: 'main', sizePx: 32 }];
    const pictureId = await generated(engine, { steps: 1, previews });
    for (const sizePx of [20, 40, 60]) {
      for (const levels of [1, 2, 3]) await pixelsOf(engine, pictureId, levels, sizePx);
    }
    const { runsByGraph } = await engine.counters();
    expect(runsByGraph).toMatchObject({ decoder_trunk: 3, depatchify_anchors: 3 });
    expect(runsByGraph['depatchify']).toBe(3 + 9);
  });
});
