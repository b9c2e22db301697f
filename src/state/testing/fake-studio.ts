/** Studios over a fake engine, for tests on fake timers. */
import { vi } from 'vitest';
import type { FakeEngine } from '../../engine/fake-engine';
import type { Settings } from '../settings';
import { createStudioStore } from '../studio-store';
import type { StudioOptions, StudioStore } from '../studio-state';

let lastId = 0;

const CANVASES = ['live', 'main', 'level-1', 'level-2', 'level-3', 'level-4'];

/**
 * A store with all canvases attached. Nothing is loaded yet.
 *
 * @param options what differs from a studio without storage whose every fresh seed is 5
 */
export async function createFakeStudio(
  engine: FakeEngine,
  options: Partial<StudioOptions> = {},
): Promise<StudioStore> {
  const store = createStudioStore(engine, {
    shippedUrl: 'models/nano/',
    clipsUrl: null,
    askedUrl: null,
    backend: 'auto',
    storage: null,
    now: () => performance.now(),
    randomSeed: () => '5',
    gallery: null,
    readMedia: null,
    models: null,
    versions: null,
    nowMs: () => Date.now(),
    newId: () => `id-${(lastId += 1)}`,
    ...options,
  });
  const { attachCanvas } = store.getState().actions;
  for (const id of CANVASES) await attachCanvas(id, { width: 0, height: 0 });
  return store;
}

/** Lets everything that is under way come to its end. */
export const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(60_000);

/** A studio whose model is loaded and whose first picture is finished, in four steps a level. */
export async function createFakePicture(
  engine: FakeEngine,
  settings: Partial<Settings> = {},
): Promise<StudioStore> {
  const store = await createFakeStudio(engine);
  const { actions } = store.getState();
  actions.change({ steps: 4, ...settings });
  void actions.load();
  await settle();
  void actions.generate();
  await settle();
  return store;
}
