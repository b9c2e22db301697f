/** The lab over the fake engine: what it opens, measures, changes and keeps. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineError } from '../../contract/engine-error';
import { FakeEngine } from '../../engine/fake-engine';
import type { StudioState } from '../studio-state';
import { createFakeStudio, settle } from '../testing/fake-studio';
import { MemoryGallery } from '../testing/memory-gallery';
import type { Media, MediaReader } from './lab-state';

/** Left half flat, right half noise. */
const rgba = Uint8ClampedArray.from({ length: 96 * 64 * 4 }, (_, i) =>
  i % 4 === 3 ? 255 : (i >> 2) % 96 < 48 ? 90 : (i * 2654435761) % 256,
);
const PHOTO: Media = {
  name: 'holiday',
  frames: { fps: 1, frameCount: 1, width: 96, height: 64, rgba },
  leftOut: 'nothing',
};
const JPEG = new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3)]);

interface Visit {
  readonly engine: FakeEngine;
  readonly gallery: MemoryGallery;
  readonly state: () => StudioState;
  readonly act: StudioState['actions'];
}

async function visit(readMedia: MediaReader = () => Promise.resolve(PHOTO)): Promise<Visit> {
  const engine = new FakeEngine({ stepMs: 1, loadMs: 4 });
  const gallery = new MemoryGallery();
  const store = await createFakeStudio(engine, { gallery, readMedia });
  const { actions: act } = store.getState();
  void act.load();
  await settle();
  return { engine, gallery, state: () => store.getState(), act };
}

async function opened(): Promise<Visit> {
  const studio = await visit();
  void studio.act.open(JPEG);
  await settle();
  return studio;
}

const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

describe('the reconstruct lab', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('opens a photo and measures it level by level', async () => {
    const { state } = await opened();
    const { lab } = state();
    expect(state().failure).toBeNull();
    expect(lab).toMatchObject({ isBusy: false, problem: null, grid: { gt: 1 } });
    expect(lab?.baseline.map(({ level }) => level)).toEqual([1, 2, 3, 4]);
    expect(lab?.result?.levels.every(({ psnrDb, ssim }) => psnrDb > 0 && ssim < 1)).toBe(true);
    expect(lab?.original[0]).toMatchObject({ height: 128 });
  });

  it('waits for the model, and says why a file cannot be read', async () => {
    const refusal = new EngineError(
      'BadRequest',
      'This picture or clip cannot be read: it is torn.',
    );
    const engine = new FakeEngine({ stepMs: 1, loadMs: 40 });
    const store = await createFakeStudio(engine, { readMedia: () => Promise.reject(refusal) });
    void store.getState().actions.load();
    void store.getState().actions.open(JPEG);
    expect(store.getState().failure).toBeNull();
    await settle();
    expect(store.getState().failure).toMatchObject({ task: 'open', message: refusal.message });
    expect(store.getState().lab).toBeNull();
  });

  it('gives the half with more to tell more levels, within the budget', async () => {
    const { act, state } = await opened();
    act.changeLab({ average: 2 });
    await settle();
    const { result, grid } = state().lab!;
    expect(total(result!.counts)).toBe(2 * grid.gh * grid.gw);
    const half = (from: number, to: number): number =>
      total(result!.counts.filter((_, patch) => patch % grid.gw >= from && patch % grid.gw < to));
    expect(half(grid.gw / 2, grid.gw)).toBeGreaterThan(half(0, grid.gw / 2));
  });

  it('paints: more levels there, taken from elsewhere or spent on top', async () => {
    const { act, state } = await opened();
    act.changeLab({ average: 2 });
    await settle();
    const before = state().lab!.result!.counts;
    act.paintLab([0, 1], 1);
    await settle();
    const kept = state().lab!.result!.counts;
    expect([kept[0], kept[1]]).toEqual([before[0]! + 1, before[1]! + 1]);
    expect(total(kept)).toBe(total(before));
    act.changeLab({ isBudgetKept: false });
    await settle();
    expect(total(state().lab!.result!.counts)).toBe(total(before) + 2);
    act.clearStrokes();
    await settle();
    expect(state().lab!.result!.counts).toEqual(before);
  });

  it('leaves nothing in the engine when it is closed', async () => {
    const { engine, act, state } = await opened();
    act.changeLab({ average: 1.5 });
    act.changeLab({ sizePx: 64 });
    await settle();
    expect((await engine.counters()).liveTensors).toBe(1);
    act.changeLab({ average: 3 });
    act.closeLab();
    await settle();
    expect(state().lab).toBeNull();
    expect((await engine.counters()).liveTensors).toBe(0);
  });

  it('keeps the reconstruction in the studio and the gallery, with its levels, to be opened again', async () => {
    const { gallery, act, state } = await opened();
    act.changeLab({ average: 2 });
    await settle();
    const { counts } = state().lab!.result!;
    void act.keepLab();
    await settle();
    expect(state().lab).toBeNull();
    const picture = state().picture!;
    expect(picture.counts).toEqual(counts);
    expect(picture.levelsMax).toBe(picture.levelsDone);
    expect([...gallery.pictures.keys()]).toEqual([picture.keptId]);
    expect(gallery.pictures.get(picture.keptId!)).toMatchObject({ levelsMax: picture.levelsDone });
    void act.openKept(picture.keptId!);
    await settle();
    expect(state().picture?.counts).toEqual(counts);
  });
});
