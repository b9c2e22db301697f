import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Pixels } from '../contract/engine';
import { EngineError } from '../contract/engine-error';
import type { PictureId } from '../contract/units';
import { FakeEngine } from '../engine/fake-engine';
import { OUTPUT_SIZES_PX, outputsOf, sheetOf, withOutput } from './outputs-state';
import type { StudioStore } from './studio-state';
import { createFakePicture, settle } from './testing/fake-studio';

async function setUpPicture(): Promise<{ engine: FakeEngine; store: StudioStore }> {
  const engine = new FakeEngine({ stepMs: 1, loadMs: 4 });
  const store = await createFakePicture(engine, { levels: 2, aspect: '2:1' });
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
    expect(cells.map(({ levels, pixels }) => [levels, pixels?.width, pixels?.height])).toEqual(
      [1, 2].flatMap((level) => OUTPUT_SIZES_PX.map((px) => [level, 2 * px, px])),
    );
    expect(generate).not.toHaveBeenCalled();
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
    let outputs = outputsOf('one' as PictureId, 3);
    outputs.cells.forEach(({ sizePx }, index) => {
      outputs = withOutput(outputs, index, pixelsOf(2 * sizePx, sizePx));
    });
    const { width, height, places } = sheetOf(outputs, 8);
    expect(places).toHaveLength(3 * OUTPUT_SIZES_PX.length);
    for (const { cell, x, y } of places) {
      expect(x + (cell.pixels?.width ?? 0)).toBeLessThanOrEqual(width - 8);
      expect(y + (cell.pixels?.height ?? 0)).toBeLessThanOrEqual(height - 8);
      for (const other of places) {
        if (other.cell === cell) continue;
        const isApart =
          other.x >= x + (cell.pixels?.width ?? 0) ||
          x >= other.x + (other.cell.pixels?.width ?? 0) ||
          other.y >= y + (cell.pixels?.height ?? 0) ||
          y >= other.y + (other.cell.pixels?.height ?? 0);
        expect(isApart).toBe(true);
      }
    }
  });
});

function pixelsOf(width: number, height: number): Pixels {
  return { width, height, rgba: new Uint8ClampedArray(width * height * 4) };
}
