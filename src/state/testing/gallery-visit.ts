/** Visits to a studio with a gallery, on fake timers. */
import { expect, vi } from 'vitest';
import { FakeEngine } from '../../engine/fake-engine';
import type { StudioState, StudioStore } from '../studio-state';
import { createFakeStudio, settle } from './fake-studio';
import type { MemoryGallery } from './memory-gallery';

/** A studio that is ready. */
export interface Visit {
  readonly store: StudioStore;
  readonly state: () => StudioState;
  readonly act: StudioState['actions'];
}

/** A visit to the studio; a gallery outlives it. */
export async function visit(
  gallery: MemoryGallery,
  engine = new FakeEngine({ stepMs: 10, loadMs: 4 }),
): Promise<Visit> {
  let seed = 100;
  const store = await createFakeStudio(engine, {
    gallery,
    randomSeed: () => String((seed += 1)),
  });
  const { actions: act } = store.getState();
  act.change({ prompt: 'red apple', steps: 4, sizePx: 64 });
  void act.load();
  void act.listKept();
  await settle();
  return { store, state: () => store.getState(), act };
}

/** Levels of the listed pictures. */
export const levelsOf = ({ state }: Visit): number[] =>
  state().gallery.pictures.map((kept) => kept.levelsDone);

/** Advances step by step until a condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let step = 0; step < 2000 && !condition(); step++) await vi.advanceTimersByTimeAsync(1);
  expect(condition()).toBe(true);
}
