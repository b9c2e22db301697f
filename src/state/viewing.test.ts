import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DecodeRequest, DecodeResult } from '../contract/engine';
import { EngineError } from '../contract/engine-error';
import type { PictureId } from '../contract/units';
import { FakeEngine } from '../engine/fake-engine';
import { createLatestOnly } from './latest-only';
import { dragSizePx } from './picture-state';
import type { StudioStore } from './studio-state';
import { createFakePicture, settle } from './testing/fake-studio';

/** A fake engine whose redecodes take a set time for each pixel, as real ones do. */
class SlowDecodeEngine extends FakeEngine {
  readonly decoded: DecodeRequest[] = [];
  atOnce = 0;
  mostAtOnce = 0;
  msPerPixel = 0;

  constructor() {
    super({ stepMs: 1, loadMs: 4 });
    const decode = this.decode;
    Object.defineProperty(this, 'decode', { value: slow.bind(null, this, decode) });
  }
}

async function slow(
  engine: SlowDecodeEngine,
  decode: FakeEngine['decode'],
  ...call: Parameters<FakeEngine['decode']>
): Promise<DecodeResult> {
  const [, { levels, sizePx, canvasId }] = call;
  const elapsedMs = sizePx * sizePx * engine.msPerPixel;
  if (canvasId === 'main') engine.decoded.push({ levels, sizePx });
  engine.atOnce += 1;
  engine.mostAtOnce = Math.max(engine.mostAtOnce, engine.atOnce);
  await new Promise((resolve) => setTimeout(resolve, elapsedMs));
  engine.atOnce -= 1;
  const result = await decode(...call);
  return result.status === 'drawn' ? { ...result, elapsedMs } : result;
}

async function setUpPicture(): Promise<{ engine: SlowDecodeEngine; store: StudioStore }> {
  const engine = new SlowDecodeEngine();
  const store = await createFakePicture(engine);
  engine.decoded.length = 0;
  return { engine, store };
}

describe('showing a kept picture', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('draws it with fewer levels without generating', async () => {
    const { engine, store } = await setUpPicture();
    store.getState().actions.showLevels(2);
    await settle();
    expect(engine.decoded).toEqual([{ levels: 2, sizePx: 256 }]);
    expect(store.getState()).toMatchObject({ shownLevels: 2, drawn: { levels: 2 }, run: null });
  });

  it('never asks for levels that the picture does not have', async () => {
    const { store } = await setUpPicture();
    store.getState().actions.showLevels(9);
    expect(store.getState().shownLevels).toBe(4);
    store.getState().actions.showLevels(0);
    expect(store.getState().shownLevels).toBe(1);
  });

  it('runs one redecode at a time while the size is dragged, and the last size wins', async () => {
    const { engine, store } = await setUpPicture();
    const { showSize } = store.getState().actions;
    engine.msPerPixel = 0.002;
    for (let sizePx = 272; sizePx <= 512; sizePx += 16) {
      showSize(sizePx, true);
      await vi.advanceTimersByTimeAsync(5);
    }
    showSize(512, false);
    await settle();
    expect(engine.mostAtOnce).toBe(1);
    expect(engine.decoded.length).toBeLessThan(6);
    expect(engine.decoded.at(-1)).toEqual({ levels: 4, sizePx: 512 });
    expect(store.getState()).toMatchObject({ isDecoding: false, drawn: { widthPx: 512 } });
  });

  it('draws what is there already only once', async () => {
    const { engine, store } = await setUpPicture();
    store.getState().actions.showSize(320, false);
    await settle();
    store.getState().actions.showSize(320, false);
    await settle();
    expect(engine.decoded).toHaveLength(1);
  });

  it('ends a large redecode that is no longer wanted, but lets what is dragged come to its end', async () => {
    const { engine, store } = await setUpPicture();
    const { showSize } = store.getState().actions;
    engine.msPerPixel = 0.002;
    const signals: (AbortSignal | null)[] = [];
    const { decode } = engine;
    const watched: typeof decode = (id, request, signal) => {
      signals.push(signal as AbortSignal | null);
      return decode(id, request, signal);
    };
    Object.defineProperty(engine, 'decode', { value: watched });
    showSize(320, true);
    await vi.advanceTimersByTimeAsync(1);
    showSize(1024, false);
    await vi.advanceTimersByTimeAsync(300); // at work on it
    showSize(1024, false);
    showSize(128, true);
    await settle();
    expect(signals.map((signal) => signal?.aborted)).toEqual([false, true, false]);
    expect(store.getState().drawn).toMatchObject({ widthPx: 128 });
  });

  it('draws again what it gave up too late to keep it off the canvas', async () => {
    const { engine, store } = await setUpPicture();
    const { showLevels } = store.getState().actions;
    showLevels(2);
    await settle();
    engine.msPerPixel = 0.002;
    const { decode } = engine;
    const deaf: typeof decode = (id, request) => decode(id, request, null);
    Object.defineProperty(engine, 'decode', { value: deaf });
    showLevels(3);
    await vi.advanceTimersByTimeAsync(1); // at work on it
    showLevels(2);
    await settle();
    expect(engine.decoded.map(({ levels }) => levels)).toEqual([2, 3, 2]);
    expect(store.getState().drawn).toMatchObject({ levels: 2 });
  });

  it('keeps the size within its range and between visits', async () => {
    const { store } = await setUpPicture();
    store.getState().actions.showSize(100_000, false);
    expect(store.getState().settings.sizePx).toBe(1024);
    store.getState().actions.showSize(1, false);
    expect(store.getState().settings.sizePx).toBe(64);
  });

  it('looks at the finished levels of a growing picture, and back at its growth', async () => {
    const { engine, store } = await setUpPicture();
    const { generate, showLevels, showGrowing, showSize } = store.getState().actions;
    const kept = store.getState().picture?.pictureId;
    void generate();
    showLevels(1);
    expect(store.getState().isLookingBack).toBe(false);
    while (store.getState().run?.levelsDone !== 2) await vi.advanceTimersByTimeAsync(1);
    showLevels(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(store.getState()).toMatchObject({ isLookingBack: true, drawn: { levels: 1 } });
    expect(store.getState().drawn?.pictureId).not.toBe(kept);
    showSize(64, false);
    await vi.advanceTimersByTimeAsync(1);
    expect(engine.decoded.at(-1)).toEqual({ levels: 1, sizePx: 64 });
    showGrowing();
    expect(store.getState()).toMatchObject({ isLookingBack: false, run: { kind: 'generate' } });
    await settle();
    expect(store.getState()).toMatchObject({
      isLookingBack: false,
      shownLevels: 4,
      drawn: { levels: 4, widthPx: 64 },
    });
  });

  it('goes back to the kept picture when the levels looked at are discarded', async () => {
    const { store } = await setUpPicture();
    const { generate, showLevels, discard } = store.getState().actions;
    const kept = store.getState().picture?.pictureId;
    void generate();
    while (store.getState().run?.levelsDone !== 1) await vi.advanceTimersByTimeAsync(1);
    showLevels(1);
    await vi.advanceTimersByTimeAsync(1);
    discard();
    await settle();
    expect(store.getState()).toMatchObject({
      run: null,
      isLookingBack: false,
      drawn: { pictureId: kept, levels: 4 },
    });
  });

  it('explains a redecode that does not fit and keeps the picture', async () => {
    const { engine, store } = await setUpPicture();
    Object.defineProperty(engine, 'decode', {
      value: () => Promise.reject(new EngineError('OutOfMemory', 'It needs 300 MB.')),
    });
    store.getState().actions.showSize(512, false);
    await settle();
    expect(store.getState()).toMatchObject({
      failure: { code: 'OutOfMemory', remedies: ['show-smaller', 'load-again'] },
      picture: { levelsDone: 4 },
      isDecoding: false,
    });
  });

  it('exports what is shown, and says when there is nothing to export', async () => {
    const { store } = await setUpPicture();
    store.getState().actions.showSize(96, false);
    await settle();
    const pixels = await store.getState().actions.exportPixels();
    expect([pixels.width, pixels.height]).toEqual([96, 96]);
    expect((await store.getState().actions.exportLatent()).length).toBeGreaterThan(0);
    void store.getState().actions.load();
    expect(() => store.getState().actions.exportPixels()).toThrow('There is no picture yet');
  });
});

describe('dragSizePx', () => {
  it('is the wanted size when that is quick, and otherwise the largest that is', () => {
    const drawn = { pictureId: 'p' as PictureId, levels: 4, widthPx: 256, heightPx: 256 };
    expect(dragSizePx(512, null)).toBe(512);
    expect(dragSizePx(512, { ...drawn, elapsedMs: 0 })).toBe(512);
    expect(dragSizePx(512, { ...drawn, elapsedMs: 10 })).toBe(512);
    expect(dragSizePx(512, { ...drawn, elapsedMs: 90 })).toBe(256);
    expect(dragSizePx(512, { ...drawn, elapsedMs: 100_000 })).toBe(64);
  });
});

describe('createLatestOnly', () => {
  it('does one at a time, ends with the last and never does a value that was replaced', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }), async (pauses) => {
        const done: number[] = [];
        let atOnce = 0;
        const latest = createLatestOnly<number>(async (value) => {
          atOnce += 1;
          expect(atOnce).toBe(1);
          for (let tick = 0; tick < 3; tick++) await Promise.resolve();
          atOnce -= 1;
          done.push(value);
        });
        for (const [value, pause] of pauses.entries()) {
          latest.request(value);
          for (let tick = 0; tick < pause; tick++) await Promise.resolve();
        }
        await latest.idle();
        expect(done.at(-1)).toBe(pauses.length - 1);
        expect(done).toEqual([...done].sort((a, b) => a - b));
      }),
    );
  });

  it('aborts the work in hand and forgets the rest when cancelled', async () => {
    const signals: AbortSignal[] = [];
    const latest = createLatestOnly<number>(async (_value, signal) => {
      signals.push(signal);
      await Promise.resolve();
    });
    latest.request(1);
    latest.request(2);
    latest.cancel();
    await latest.idle();
    expect(signals.map((signal) => signal.aborted)).toEqual([true]);
  });
});
