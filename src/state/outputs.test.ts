import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Pixels } from '../contract/engine';
import { EngineError } from '../contract/engine-error';
import { FakeEngine } from '../engine/fake-engine';
import { fitsMemory, OUTPUT_SIZES_PX, sheetOf } from './outputs-state';
import type { Settings } from './settings';
import type { StudioStore } from './studio-state';
import { createFakePicture, settle } from './testing/fake-studio';

async function setUpPicture(
  settings: Partial<Settings> = {},
): Promise<{ engine: FakeEngine; store: StudioStore }> {
  const engine = new FakeEngine({ stepMs: 1, loadMs: 4 });
  const store = await createFakePicture(engine, { levels: 2, aspect: '2:1', ...settings });
  return { engine, store };
}

describe('many outputs of one latent', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are every level at every size, and nothing is generated', async () => {
    const { engine, store } = await setUpPicture();
    const generate = vi.spyOn(engine, 'generate');
    store.getState().actions.openOutputs();
    await settle();
    const cells = store.getState().outputs?.cells ?? [];
    expect(cells.map(({ levels, frames }) => [levels, ...sidesOf(frames)])).toEqual(
      [1, 2].flatMap((level) => OUTPUT_SIZES_PX.map((px) => [level, 2 * px, px])),
    );
    expect(generate).not.toHaveBeenCalled();
  });

  it('of a clip are every level at the chosen sizes and frame rates, and what is drawn stays drawn', async () => {
    const { engine, store } = await setUpPicture({ seconds: 1 });
    const { openOutputs, chooseOutputs } = store.getState().actions;
    const generate = vi.spyOn(engine, 'generate');
    openOutputs();
    await settle();
    const first = store.getState().outputs;
    expect(first?.cells).toHaveLength(2 * 2 * 3);
    for (const { sizePx, fps, frames } of first?.cells ?? []) {
      expect([...sidesOf(frames), frames.length]).toEqual([2 * sizePx, sizePx, fps]);
    }
    const readFrames = vi.spyOn(engine, 'readFrames');
    chooseOutputs({ sizesPx: [64], fps: [24, 60] });
    await settle();
    const next = store.getState().outputs;
    expect(next?.cells.map(({ levels, fps, frames }) => [levels, fps, frames.length])).toEqual([
      [1, 24, 24],
      [1, 60, 60],
      [2, 24, 24],
      [2, 60, 60],
    ]);
    expect(readFrames.mock.calls.every(([, request]) => request.fps === 60)).toBe(true);
    expect(next?.cells[0]).toBe(first?.cells.find((cell) => cell.levels === 1 && cell.fps === 24));
    expect(generate).not.toHaveBeenCalled();
  });

  it('can be chosen as long as all of them fit into memory', () => {
    const clip = { levelsDone: 4, grid: { gt: 12, gh: 8, gw: 8 }, kt: 4 };
    expect(fitsMemory(clip, { sizesPx: [64, 128], fps: [12, 24, 48] })).toBe(true);
    expect(fitsMemory(clip, { sizesPx: [64, 128, 512], fps: [12, 24, 48] })).toBe(false);
    expect(fitsMemory(clip, { sizesPx: [512], fps: [24] })).toBe(true);
    expect(
      fitsMemory({ ...clip, grid: { gt: 12, gh: 8, gw: 16 } }, { sizesPx: [512], fps: [48] }),
    ).toBe(false);
    const picture = { ...clip, grid: { gt: 1, gh: 8, gw: 8 } };
    expect(fitsMemory(picture, { sizesPx: OUTPUT_SIZES_PX, fps: null })).toBe(true);
  });

  it('stop being drawn when they are closed', async () => {
    const { engine, store } = await setUpPicture();
    const readPixels = vi.spyOn(engine, 'readPixels');
    store.getState().actions.openOutputs();
    store.getState().actions.closeOutputs();
    await settle();
    expect(store.getState().outputs).toBeNull();
    expect(readPixels.mock.calls.length).toBeLessThan(3);
  });

  it('say what went wrong', async () => {
    const { engine, store } = await setUpPicture();
    Object.defineProperty(engine, 'readPixels', {
      value: () => Promise.reject(new EngineError('OutOfMemory', 'It needs 300 MB.')),
    });
    store.getState().actions.openOutputs();
    await settle();
    expect(store.getState().failure?.code).toBe('OutOfMemory');
  });

  it('lie on a sheet without touching or being scaled', () => {
    const cells = [1, 2, 3].flatMap((levels) =>
      OUTPUT_SIZES_PX.map((sizePx) => ({
        ...{ levels, sizePx, fps: null },
        frames: [pixelsOf(2 * sizePx, sizePx)],
      })),
    );
    const { width, height, places } = sheetOf({ cells }, 8);
    expect(places).toHaveLength(cells.length);
    for (const { pixels, x, y } of places) {
      expect(x + pixels.width).toBeLessThanOrEqual(width - 8);
      expect(y + pixels.height).toBeLessThanOrEqual(height - 8);
      for (const other of places) {
        if (other.pixels === pixels) continue;
        const isApart =
          other.x >= x + pixels.width ||
          x >= other.x + other.pixels.width ||
          other.y >= y + pixels.height ||
          y >= other.y + other.pixels.height;
        expect(isApart).toBe(true);
      }
    }
  });
});

function sidesOf([first]: readonly Pixels[]): [number | undefined, number | undefined] {
  return [first?.width, first?.height];
}

function pixelsOf(width: number, height: number): Pixels {
  return { width, height, rgba: new Uint8ClampedArray(width * height * 4) };
}
