import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeEngine } from '../engine/fake-engine';
import { createStudioStore } from './studio-store';
import type { StudioState, StudioStore } from './studio-state';

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(60_000);

interface Setup {
  readonly engine: FakeEngine;
  readonly store: StudioStore;
  readonly state: () => StudioState;
  readonly act: StudioState['actions'];
}

async function setUp(): Promise<Setup> {
  const engine = new FakeEngine({ stepMs: 1, loadMs: 40 });
  const store = createStudioStore(engine, {
    bundleUrl: 'models/nano/',
    backend: 'auto',
    storage: null,
    now: () => performance.now(),
    randomSeed: () => '5',
  });
  const { actions: act } = store.getState();
  for (const id of ['live', 'main', 'level-1', 'level-2', 'level-3', 'level-4']) {
    await act.attachCanvas(id, { width: 0, height: 0 });
  }
  act.change({ prompt: 'red apple', seed: '7', steps: 4, levels: 2 });
  return { engine, store, state: () => store.getState(), act };
}

/** A file with two levels of "red apple", seed 7, made by another visit. */
async function keptFile(): Promise<Uint8Array<ArrayBuffer>> {
  const { act } = await setUp();
  void act.load();
  await settle();
  void act.generate();
  await settle();
  return act.exportLatent();
}

describe('opening a kept picture', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('shows it with its settings, and it goes on from there', async () => {
    const file = await keptFile();
    const { act, state } = await setUp();
    act.change({ prompt: 'a dog', seed: '1', steps: 9, levels: null });
    void act.load();
    await settle();
    void act.open(file);
    await settle();
    expect(state()).toMatchObject({
      picture: { origin: 'imported', prompt: 'red apple', seed: '7', levelsDone: 2, levelsMax: 4 },
      shownLevels: 2,
      drawn: { levels: 2 },
      settings: { prompt: 'red apple', seed: '7', steps: 4 },
      failure: null,
    });
    void act.continueTo(4);
    await settle();
    expect(state().picture).toMatchObject({ levelsDone: 4, prompt: 'red apple', seed: '7' });
  });

  it('takes the place of the picture that is shown, and nothing of that one stays', async () => {
    const file = await keptFile();
    const { engine, act, state } = await setUp();
    void act.load();
    await settle();
    void act.generate();
    await settle();
    const { pictureId } = state().picture!;
    void act.open(file);
    await settle();
    expect(state().picture?.pictureId).not.toBe(pictureId);
    await expect(engine.describePicture(pictureId)).rejects.toMatchObject({
      name: 'PictureNotFound',
    });
  });

  it('waits for the model', async () => {
    const file = await keptFile();
    const { act, state } = await setUp();
    void act.load();
    await act.open(file);
    expect(state().picture).toBeNull();
    await settle();
    expect(state().picture).toMatchObject({ prompt: 'red apple', levelsDone: 2 });
  });

  it('says what is wrong with a file, and keeps the picture that is shown', async () => {
    const { act, state } = await setUp();
    void act.load();
    await settle();
    void act.generate();
    await settle();
    const { picture } = state();
    await act.open(new TextEncoder().encode('a holiday photograph'));
    expect(state()).toMatchObject({ picture, failure: { code: 'LatentInvalid', task: 'open' } });
  });

  it('does not disturb a run', async () => {
    const file = await keptFile();
    const { act, state } = await setUp();
    void act.load();
    await settle();
    void act.generate();
    await vi.advanceTimersByTimeAsync(2);
    await act.open(file);
    expect(state().failure?.message).toContain('Stop or discard it');
    await settle();
    expect(state().picture).toMatchObject({ origin: 'generated', levelsDone: 2 });
  });
});
