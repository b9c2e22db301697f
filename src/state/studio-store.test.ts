import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../contract/engine';
import { EngineError } from '../contract/engine-error';
import { FakeEngine } from '../engine/fake-engine';
import { DEFAULT_SETTINGS } from './settings';
import type { KeyValueStorage } from './settings-storage';
import type { Announcement, StudioState, StudioStore } from './studio-state';
import { createFakeStudio, settle } from './testing/fake-studio';

const STEP_MS = 10;
const LEVELS = 4;

class MemoryStorage implements KeyValueStorage {
  readonly values = new Map<string, string>();
  getItem(key: string): string | null {
    return this.values.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.values.set(key, value);
  }
}

interface Setup {
  readonly engine: FakeEngine;
  readonly store: StudioStore;
  readonly state: () => StudioState;
  readonly act: StudioState['actions'];
  readonly said: Announcement[];
}

async function setUp(engine = new FakeEngine({ stepMs: STEP_MS, loadMs: 40 })): Promise<Setup> {
  let seed = 100;
  const store = await createFakeStudio(engine, {
    storage: new MemoryStorage(),
    randomSeed: () => String((seed += 1)),
  });
  const said: Announcement[] = [];
  store.subscribe((now, before) => {
    if (now.announcement && now.announcement !== before.announcement) said.push(now.announcement);
  });
  const { actions: act } = store.getState();
  act.change({ prompt: 'red apple', steps: 4, sizePx: 64 });
  return { engine, store, state: () => store.getState(), act, said };
}

async function setUpReady(engine?: FakeEngine): Promise<Setup> {
  const setup = await setUp(engine);
  const loading = setup.act.load();
  await vi.advanceTimersByTimeAsync(50);
  await loading;
  return setup;
}

/** Advances step by step until a condition holds. */
async function until(condition: () => boolean): Promise<void> {
  for (let step = 0; step < 1000 && !condition(); step++) await vi.advanceTimersByTimeAsync(1);
  expect(condition()).toBe(true);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('loading', () => {
  it('shows the vocabulary before the files and counts bytes on the way', async () => {
    const { state, act } = await setUp();
    const loading = act.load();
    await vi.advanceTimersByTimeAsync(15);
    expect(state().lexicon?.phrases.size).toBeGreaterThan(0);
    expect(state().model).toMatchObject({ status: 'loading', downloadedBytes: 250_000 });
    await settle();
    await loading;
    expect(state().model).toMatchObject({ status: 'ready', downloadedBytes: 1_000_000 });
    expect(state().promptReading).toMatchObject({ tokenCount: 2 });
  });

  it('starts the picture that was asked for while the model was on its way', async () => {
    const { state, act } = await setUp();
    void act.load();
    await act.generate();
    expect(state()).toMatchObject({ isGenerateWaiting: true, run: null });
    await settle();
    expect(state()).toMatchObject({ isGenerateWaiting: false, picture: { prompt: 'red apple' } });
  });

  it('does not start it after the user has changed their mind', async () => {
    const { state, act } = await setUp();
    void act.load();
    await act.generate();
    act.discard();
    await settle();
    expect(state()).toMatchObject({ model: { status: 'ready' }, picture: null });
  });

  it('explains a failure, keeps the settings and loads when asked again', async () => {
    const engine = new FakeEngine({ stepMs: STEP_MS, loadMs: 40 });
    const load = vi
      .spyOn(engine as Engine, 'load')
      .mockRejectedValueOnce(new EngineError('DownloadFailed', 'The server answered 503.'));
    const { state, act, said } = await setUp(engine);
    await act.load();
    expect(state().model).toMatchObject({
      status: 'failed',
      failure: { code: 'DownloadFailed', remedies: ['load-again', 'reload-page'] },
    });
    expect(said.at(-1)?.type).toBe('failed');
    void act.load('wasm');
    await settle();
    expect(state()).toMatchObject({ model: { status: 'ready' }, backend: 'wasm' });
    expect(state().settings.prompt).toBe('red apple');
    expect(load.mock.lastCall?.[1]).toEqual({ backend: 'wasm' });
  });
});

describe('generating', () => {
  it('says each level as it comes and keeps the picture', async () => {
    const { state, act, said } = await setUpReady();
    void act.generate();
    await settle();
    expect(said.map(({ type }) => type)).toEqual([
      'model-ready',
      'run-started',
      ...Array.from({ length: LEVELS }, () => 'level-finished'),
      'run-finished',
    ]);
    expect(state()).toMatchObject({
      run: null,
      failure: null,
      shownLevels: LEVELS,
      picture: { levelsDone: LEVELS, levelsMax: LEVELS, seed: DEFAULT_SETTINGS.seed },
      drawn: { levels: LEVELS, widthPx: 64, heightPx: 64 },
    });
  });

  it('follows level, step and time left', async () => {
    const { state, act } = await setUpReady();
    void act.generate();
    await until(() => state().run?.level === 2 && state().run?.step === 1);
    expect(state().run).toMatchObject({ levelsDone: 1, steps: 4, toLevel: LEVELS });
    expect(state().run?.etaMs).toBe((3 * 4 - 1) * STEP_MS);
  });

  it('ignores a second request while one is at work', async () => {
    const { act, engine } = await setUpReady();
    const generate = vi.spyOn(engine as Engine, 'generate');
    void act.generate();
    void act.generate();
    await settle();
    expect(generate).toHaveBeenCalledTimes(1);
  });

  it('takes a new seed for the next picture unless the seed is locked or was chosen', async () => {
    const { state, act } = await setUpReady();
    const next = async () => {
      void act.generate();
      await settle();
      return state().picture?.seed;
    };
    act.change({ seed: '7' });
    expect(await next()).toBe('7');
    expect(await next()).toBe('101');
    act.change({ isSeedLocked: true });
    expect(await next()).toBe('101');
    act.shiftSeed(1n);
    expect(await next()).toBe('102');
  });

  it('reports what the engine refuses and goes back to the kept picture', async () => {
    const { state, act } = await setUpReady();
    void act.generate();
    await settle();
    act.change({ seed: 'not a seed' });
    void act.generate();
    await settle();
    expect(state()).toMatchObject({
      run: null,
      failure: { code: 'BadRequest', task: 'generate' },
      picture: { levelsDone: LEVELS },
      drawn: { levels: LEVELS },
    });
  });
});

describe('stopping', () => {
  it('waits for the first level, since there is nothing to keep before it', async () => {
    const { state, act, said } = await setUpReady();
    void act.generate();
    await until(() => state().run?.step === 2);
    void act.stop();
    await settle();
    expect(state().picture?.levelsDone).toBe(1);
    expect(said.at(-1)).toEqual({ type: 'run-stopped', levels: 1 });
  });

  it('ends at once when asked twice, with nothing to keep', async () => {
    const { state, act, said } = await setUpReady();
    void act.generate();
    await until(() => state().run?.step === 1);
    void act.stop();
    void act.stop();
    await vi.advanceTimersByTimeAsync(2 * STEP_MS);
    expect(state()).toMatchObject({ run: null, picture: null });
    expect(said.at(-1)?.type).toBe('run-discarded');
  });

  it('keeps two levels and goes on to four later', async () => {
    const { state, act } = await setUpReady();
    void act.generate();
    await until(() => state().run?.levelsDone === 2);
    void act.stop();
    await settle();
    expect(state()).toMatchObject({ run: null, picture: { levelsDone: 2 }, shownLevels: 2 });
    const { pictureId } = state().picture!;
    void act.continueTo(4);
    await until(() => state().run !== null);
    expect(state().run).toMatchObject({ kind: 'continue', fromLevel: 3, levelsDone: 2 });
    await settle();
    expect(state().picture).toMatchObject({ pictureId, levelsDone: 4 });
    expect(state().picture?.timings).toHaveLength(2);
  });

  it('refuses to continue where there is nothing to add', async () => {
    const { state, act } = await setUpReady();
    await act.continueTo(2);
    void act.generate();
    await settle();
    await act.continueTo(4);
    await act.continueTo(9);
    expect(state()).toMatchObject({ run: null, failure: null, picture: { levelsDone: 4 } });
  });
});

describe('discarding', () => {
  it('goes back to the picture there was and draws its thumbnails again', async () => {
    const { state, act, engine } = await setUpReady();
    void act.generate();
    await settle();
    const { pictureId } = state().picture!;
    const decode = vi.spyOn(engine as Engine, 'decode');
    void act.generate();
    await until(() => state().run?.levelsDone === 1);
    act.discard();
    await settle();
    expect(state()).toMatchObject({ run: null, picture: { pictureId }, drawn: { levels: LEVELS } });
    expect(decode.mock.calls.map(([, { canvasId }]) => canvasId).sort()).toEqual([
      'level-1',
      'level-2',
      'level-3',
      'level-4',
    ]);
  });

  it('frees the picture that a new one has replaced', async () => {
    const { state, act, engine } = await setUpReady();
    void act.generate();
    await settle();
    const { pictureId } = state().picture!;
    void act.generate();
    await settle();
    await expect(engine.describePicture(pictureId)).rejects.toThrow('There is no picture');
  });
});

describe('losing the engine', () => {
  it('says so, forgets what it held and offers to load again', async () => {
    const { state, act, engine } = await setUpReady();
    void act.generate();
    await until(() => state().run?.levelsDone === 1);
    engine.simulateLoss({ reason: 'device-lost', message: 'The GPU was reset.' });
    await settle();
    expect(state()).toMatchObject({
      run: null,
      picture: null,
      engineGeneration: 1,
      model: { status: 'failed', failure: { code: 'DeviceLost', message: 'The GPU was reset.' } },
    });
  });

  it('loads again by itself when a cancel had to end it', async () => {
    const { state, engine } = await setUpReady();
    engine.simulateLoss({ reason: 'unresponsive', message: 'No answer within 2 s.' });
    await settle();
    expect(state()).toMatchObject({ model: { status: 'ready' }, engineGeneration: 1 });
  });
});
