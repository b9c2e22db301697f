import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PictureId } from '../contract/units';
import { FakeEngine } from '../engine/fake-engine';
import type { StudioState } from './studio-state';
import { createFakeStudio, settle } from './testing/fake-studio';

interface Setup {
  readonly engine: FakeEngine;
  readonly state: () => StudioState;
  readonly act: StudioState['actions'];
}

async function setUp(): Promise<Setup> {
  const engine = new FakeEngine({ stepMs: 1, loadMs: 40 });
  const store = await createFakeStudio(engine);
  const { actions: act } = store.getState();
  act.change({ prompt: 'red apple', seed: '7', steps: 4, levels: 2 });
  return { engine, state: () => store.getState(), act };
}

/** A file with two levels of "red apple", seed 7, made by another visit. */
async function keptFile(): Promise<Blob> {
  const { act } = await setUp();
  void act.load();
  await settle();
  void act.generate();
  await settle();
  return new Blob([await act.exportLatent()]);
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
    await act.open(new Blob(['a holiday photograph']));
    expect(state()).toMatchObject({ picture, failure: { code: 'LatentInvalid', task: 'open' } });
  });

  it('does not disturb a run that begins while the file is read', async () => {
    const file = await keptFile();
    const { engine, act, state } = await setUp();
    void act.load();
    await settle();
    let opened = '';
    const { importLatent } = engine;
    const importSlowly: typeof importLatent = async (bytes) => {
      void act.generate();
      const picture = await importLatent(bytes);
      opened = picture.pictureId;
      return picture;
    };
    Object.defineProperty(engine, 'importLatent', { value: importSlowly });
    await act.open(file);
    expect(state().failure?.message).toContain('Stop or discard it');
    await settle();
    expect(state().picture).toMatchObject({ origin: 'generated' });
    await expect(engine.describePicture(opened as PictureId)).rejects.toMatchObject({
      name: 'PictureNotFound',
    });
  });

  it('says so when a file cannot be read', async () => {
    const { act, state } = await setUp();
    void act.load();
    await settle();
    await act.open({ arrayBuffer: () => Promise.reject(new Error('The disk is gone.')) });
    expect(state().failure).toMatchObject({ task: 'open', message: 'The disk is gone.' });
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
