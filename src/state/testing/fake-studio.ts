/** A store over a fake engine with all canvases attached, for tests. Nothing is loaded yet. */
import type { FakeEngine } from '../../engine/fake-engine';
import { createStudioStore } from '../studio-store';
import type { StudioOptions, StudioStore } from '../studio-state';

let lastId = 0;

const CANVASES = ['live', 'main', 'level-1', 'level-2', 'level-3', 'level-4'];

/** @param options what differs from a studio without storage whose every fresh seed is 5 */
export async function createFakeStudio(
  engine: FakeEngine,
  options: Partial<StudioOptions> = {},
): Promise<StudioStore> {
  const store = createStudioStore(engine, {
    bundleUrl: 'models/nano/',
    backend: 'auto',
    storage: null,
    now: () => performance.now(),
    randomSeed: () => '5',
    gallery: null,
    models: null,
    nowMs: () => Date.now(),
    newId: () => `id-${(lastId += 1)}`,
    ...options,
  });
  const { attachCanvas } = store.getState().actions;
  for (const id of CANVASES) await attachCanvas(id, { width: 0, height: 0 });
  return store;
}
