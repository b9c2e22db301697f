import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DecodeRequest } from '../contract/engine';
import { FakeEngine } from '../engine/fake-engine';
import type { StudioState } from './studio-state';
import { createFakePicture, settle } from './testing/fake-studio';
import { TILE_SIDES, tileCanvases } from './tile';
import { patchesIn } from './zoom';

type TileDecode = DecodeRequest & { readonly canvasId: string; readonly pictureId: string };

/** A fake engine that writes down the tiles it is asked for, and takes its time for them. */
class TileEngine extends FakeEngine {
  readonly tiles: TileDecode[] = [];
  aborted = 0;

  constructor() {
    super({ stepMs: 1, loadMs: 4 });
    const { decode } = this;
    const watched: typeof decode = async (pictureId, request, signal) => {
      if (!request.canvasId.includes('tile')) return decode(pictureId, request, signal);
      this.tiles.push({ ...request, pictureId });
      await new Promise((resolve) => setTimeout(resolve, 1000));
      if (signal?.aborted) this.aborted += 1;
      return decode(pictureId, request, signal);
    };
    Object.defineProperty(this, 'decode', { value: watched });
  }
}

const NOTHING = { fromRow: 0, toRow: 0, fromColumn: 0, toColumn: 0 };
const VIEWPORT = {
  paneWidthPx: 600,
  paneHeightPx: 600,
  roomWidthPx: 560,
  roomHeightPx: 560,
  pixelRatio: 1,
};

async function setUp(
  changes: Parameters<typeof createFakePicture>[1] = {},
): Promise<{ engine: TileEngine; state: () => StudioState; act: StudioState['actions'] }> {
  const engine = new TileEngine();
  const store = await createFakePicture(engine, changes);
  const act = store.getState().actions;
  for (const side of TILE_SIDES) {
    for (const id of tileCanvases(side)) await act.attachCanvas(id, { width: 0, height: 0 });
  }
  act.setViewport(VIEWPORT);
  await settle();
  return { engine, state: () => store.getState(), act };
}

describe('the sharp tile', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is of the patches in view alone, as dense as the screen, when the picture is still', async () => {
    const { engine, state, act } = await setUp();
    expect(engine.tiles).toEqual([]); // nothing is zoomed
    act.zoomTo(4);
    expect(state().zoom.scale).toBe(4);
    await settle();
    expect(engine.tiles).toHaveLength(1);
    const [tile] = engine.tiles;
    // 560 * 4 / 8 = 280 px a patch on the screen; 128 at most are drawn.
    expect(tile).toMatchObject({ levels: 4, sizePx: 128 * 8 });
    expect(tile?.patches).toEqual({ fromRow: 2, toRow: 6, fromColumn: 2, toColumn: 6 });
    expect(state().tiles.shown).toMatchObject({ patches: tile?.patches });
    expect(state().announcement).toEqual({ type: 'tile-drawn', patches: 16, of: 64, patchPx: 128 });
    act.zoomFit();
    expect(state().tiles.shown).toBeNull();
  });

  it('is not drawn while the picture moves, and ends when it moves again', async () => {
    const { engine, state, act } = await setUp();
    for (let scale = 2; scale < 6; scale += 0.25) {
      act.zoomTo(scale);
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(engine.tiles).toHaveLength(0);
    await vi.advanceTimersByTimeAsync(400);
    expect(engine.tiles).toHaveLength(1);
    act.panBy({ xPx: 900, yPx: 0 });
    await settle();
    expect(engine.aborted).toBe(1);
    expect(engine.tiles).toHaveLength(2);
    expect(state().tiles.shown?.patches).toEqual(engine.tiles[1]?.patches);
  });

  it('stays on one canvas while the next is drawn on the other', async () => {
    const { engine, state, act } = await setUp();
    act.zoomTo(4);
    await settle();
    const first = state().tiles.shown;
    act.panBy({ xPx: 700, yPx: 0 });
    await vi.advanceTimersByTimeAsync(500);
    expect(state().tiles.shown).toBe(first);
    await settle();
    expect(engine.tiles[1]?.canvasId).not.toBe(first?.canvasId);
    expect(state().tiles.shown?.canvasId).toBe(engine.tiles[1]?.canvasId);
  });

  it('is not wanted where the picture is sharp as it is', async () => {
    const { engine, act } = await setUp({ sizePx: 1024 });
    act.zoomTo(8);
    await settle();
    expect(engine.tiles).toEqual([]);
  });

  it('goes with the detail that is shown', async () => {
    const { engine, state, act } = await setUp();
    act.zoomTo(4);
    await settle();
    act.showLevels(2);
    await vi.advanceTimersByTimeAsync(10);
    expect(state().tiles.shown).toBeNull(); // of four levels
    await settle();
    expect(engine.tiles.at(-1)).toMatchObject({ levels: 2 });
    expect(state().tiles.shown).toMatchObject({ levels: 2 });
  });

  it('is of the frame under the playhead of a clip that is paused', async () => {
    const { engine, act, state } = await setUp({ seconds: 1, sizePx: 64 });
    act.zoomTo(3);
    await settle();
    expect(engine.tiles).toEqual([]); // it plays
    act.seek(5);
    await settle();
    expect(engine.tiles.at(-1)).toMatchObject({ frame: { index: 5 } });
    expect(state().tiles.shown?.frame?.index).toBe(5);
  });

  it('is drawn of both views that are compared, also of a picture that has gone', async () => {
    const { engine, state, act } = await setUp();
    await act.pinView();
    act.change({ seed: '77' });
    void act.generate();
    await settle();
    engine.tiles.length = 0;
    act.zoomTo(4);
    await settle();
    const [one, other] = engine.tiles;
    expect(new Set([one?.pictureId, other?.pictureId])).toEqual(
      new Set([state().pinned?.copy?.pictureId, state().picture?.pictureId]),
    );
    expect(one?.patches).toEqual(other?.patches);
    expect(patchesIn(state().tiles.pinned?.patches ?? NOTHING)).toBe(16);
    const copyId = state().pinned?.copy?.pictureId;
    act.unpin();
    await settle();
    expect(state().tiles.pinned).toBeNull();
    await expect(engine.describePicture(copyId!)).rejects.toThrow('no picture');
  });

  it('does not make two sizes alike that are compared', async () => {
    const { engine, act } = await setUp();
    await act.pinView();
    act.showSize(64, false);
    await settle();
    act.zoomTo(4);
    await settle();
    expect(engine.tiles).toEqual([]);
  });

  it('is drawn again on canvases that are new', async () => {
    const { engine, state, act } = await setUp();
    act.zoomTo(4);
    await settle();
    await act.attachCanvas(tileCanvases('shown')[0], { width: 0, height: 0 });
    expect(state().tiles.shown).toBeNull();
    await settle();
    expect(engine.tiles).toHaveLength(2);
    expect(state().tiles.shown).not.toBeNull();
  });
});
