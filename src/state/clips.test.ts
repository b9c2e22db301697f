import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FramesRequest } from '../contract/clip';
import { EngineError } from '../contract/engine-error';
import type { PictureId } from '../contract/units';
import { FakeEngine } from '../engine/fake-engine';
import { frameAt, fpsRange, isWhole, timeAfter, type ClipState } from './clip-state';
import { shownClip, shownFrame } from './clip-view';
import type { StudioStore } from './studio-state';
import { createFakePicture, settle } from './testing/fake-studio';

/** Notes which frames are read; each reading takes its time. */
class ReadingEngine extends FakeEngine {
  readonly asked: FramesRequest[] = [];

  constructor() {
    super({ stepMs: 1, loadMs: 4 });
    const readFrames = this.readFrames;
    const slow: FakeEngine['readFrames'] = async (pictureId, request, signal) => {
      this.asked.push(request);
      await new Promise((resolve) => setTimeout(resolve, 10));
      return readFrames(pictureId, request, signal);
    };
    Object.defineProperty(this, 'readFrames', { value: slow });
  }
}

const clipOf = (store: StudioStore): ClipState | null => shownClip(store.getState());

/** A studio with a finished clip of one second: four segments of six frames at 24 frames a second. */
async function setUpClip(): Promise<{ engine: ReadingEngine; store: StudioStore }> {
  const engine = new ReadingEngine();
  const store = await createFakePicture(engine, { seconds: 1, sizePx: 64 });
  return { engine, store };
}

describe('a clip', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is read segment by segment when its run has ended', async () => {
    const { engine, store } = await setUpClip();
    expect(store.getState().picture?.grid.gt).toBe(4);
    expect(engine.asked.map(({ frames }) => frames)).toEqual(
      [0, 6, 12, 18].map((from) => ({ from, to: from + 6 })),
    );
    const clip = clipOf(store);
    expect(clip && isWhole(clip)).toBe(true);
    expect(clip).toMatchObject({ fps: 24, frameCount: 24, levels: 4, sizePx: 64 });
    expect(clip?.frames[0]?.rgba).not.toEqual(clip?.frames[20]?.rgba);
  });

  it('plays from its end to its beginning, and pauses where somebody points', async () => {
    const { store } = await setUpClip();
    const { advance, seek, play } = store.getState().actions;
    advance(0.5);
    expect(shownFrame(store.getState())).toBe(12);
    advance(0.75);
    expect(shownFrame(store.getState())).toBe(6);
    seek(20);
    advance(0.5);
    expect(store.getState().isPlaying).toBe(false);
    expect(shownFrame(store.getState())).toBe(20);
    play(true);
    advance(0.125);
    expect(shownFrame(store.getState())).toBe(23);
    seek(1000);
    expect(shownFrame(store.getState())).toBe(23);
  });

  it('is read again at another rate when the slider is let go, and keeps its time', async () => {
    const { engine, store } = await setUpClip();
    const { showFps, seek } = store.getState().actions;
    seek(12);
    engine.asked.length = 0;
    showFps(36, true);
    showFps(48, true);
    await settle();
    expect(engine.asked).toEqual([]);
    showFps(48, false);
    await settle();
    expect(engine.asked).toHaveLength(4);
    expect(clipOf(store)).toMatchObject({ fps: 48, frameCount: 48 });
    expect(shownFrame(store.getState())).toBe(24);
    expect(store.getState().settings.fps).toBe(48);
  });

  it('stops being read when it is to be shown in another way', async () => {
    const { engine, store } = await setUpClip();
    const { showFps, showLevels } = store.getState().actions;
    engine.asked.length = 0;
    showFps(60, false);
    await vi.advanceTimersByTimeAsync(15);
    showLevels(2);
    await settle();
    expect(engine.asked.map(({ levels }) => levels)).toEqual([4, 4, 2, 2, 2, 2]);
    expect(clipOf(store)).toMatchObject({ levels: 2, fps: 60 });
  });

  it('is not shown as frames while the size is dragged, nor during a run', async () => {
    const { engine, store } = await setUpClip();
    const { showSize, continueTo, generate, discard } = store.getState().actions;
    engine.asked.length = 0;
    showSize(128, true);
    await settle();
    expect(clipOf(store)).toBeNull();
    expect(engine.asked).toEqual([]);
    showSize(128, false);
    await settle();
    expect(clipOf(store)?.frames[0]).toMatchObject({ width: 128, height: 128 });
    await continueTo(4);
    void generate();
    await vi.advanceTimersByTimeAsync(2);
    expect(clipOf(store)).toBeNull();
    discard();
    await settle();
    expect(clipOf(store)?.frames[0]).toMatchObject({ width: 128, height: 128 });
  });

  it('is exported as the frame under the playhead', async () => {
    const { store } = await setUpClip();
    const { seek, exportPixels } = store.getState().actions;
    seek(7);
    expect(await exportPixels()).toEqual(clipOf(store)?.frames[7]);
  });

  it('says what went wrong when its frames cannot be read, and keeps the picture', async () => {
    const { engine, store } = await setUpClip();
    Object.defineProperty(engine, 'readFrames', {
      value: () => Promise.reject(new EngineError('OutOfMemory', 'It needs 300 MB.')),
    });
    store.getState().actions.showFps(60, false);
    await settle();
    expect(store.getState()).toMatchObject({
      failure: { code: 'OutOfMemory' },
      picture: { levelsDone: 4 },
    });
  });

  it('is asked for only of models that make them, and no longer than they can', async () => {
    const { store } = await setUpClip();
    const { change, generate } = store.getState().actions;
    change({ seconds: 60 });
    void generate();
    await settle();
    expect(store.getState().picture?.grid.gt).toBe(12);
    change({ seconds: null });
    void generate();
    await settle();
    expect(store.getState().picture?.grid.gt).toBe(1);
    expect(clipOf(store)).toBeNull();
  });
});

describe('the playhead', () => {
  const rates = fc.integer({ min: 2, max: 15 }).map((segments) => segments * 4);

  it('is over the frame whose time it is, at every rate', () => {
    fc.assert(
      fc.property(rates, fc.integer({ min: 1, max: 4 }), fc.nat(239), (fps, seconds, nth) => {
        const frameCount = fps * seconds;
        const index = nth % frameCount;
        const clip = fakeClip(fps, frameCount);
        expect(frameAt(clip, index / fps)).toBe(index);
        expect(frameAt(clip, (index + 0.99) / fps)).toBe(index);
      }),
    );
  });

  it('stays inside the clip whichever way it is moved', () => {
    const by = fc.double({ min: -100, max: 100, noNaN: true });
    fc.assert(
      fc.property(rates, by, by, (fps, timeS, byS) => {
        const next = timeAfter(fakeClip(fps, fps), timeS, byS);
        expect(next).toBeGreaterThanOrEqual(0);
        expect(next).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('moves at rates that cut every segment into whole frames', () => {
    for (const kt of [1, 2, 3, 4, 5, 8]) {
      const { minimum, maximum, step } = fpsRange(kt);
      expect([minimum % kt, maximum % kt, step]).toEqual([0, 0, kt]);
      expect(minimum).toBeGreaterThanOrEqual(6);
      expect(maximum).toBeLessThanOrEqual(60);
    }
  });
});

function fakeClip(fps: number, frameCount: number): ClipState {
  const frame = { width: 1, height: 1, rgba: new Uint8ClampedArray(4) };
  const frames = Array.from({ length: frameCount }, () => frame);
  return { pictureId: 'one' as PictureId, levels: 1, sizePx: 16, fps, frameCount, frames };
}
