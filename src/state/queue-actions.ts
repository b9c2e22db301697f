/** Doing the waiting runs, one after another. */
import type { KeptId } from '../contract/gallery';
import { nextPictures } from './next-pictures';
import { withMoved, withoutRun, type QueuedRun } from './queue-state';
import type { StudioActions, StudioContext } from './studio-state';

/** The actions of the queue, and what goes on with it. */
export type Queue = Pick<
  StudioActions,
  'generate' | 'enqueue' | 'finish' | 'removeQueued' | 'moveQueued' | 'clearQueue'
> & {
  /** Adds runs behind those that wait, and goes on with what waits. */
  readonly addToQueue: (runs: readonly QueuedRun[]) => Promise<void>;
  /** Goes on with what waits, if nothing is at work. Resolves when there is nothing left to go on with. */
  readonly drain: () => Promise<void>;
};

/** @param start does one run; resolves when it has ended, whatever became of it */
export function createQueue(
  context: StudioContext,
  start: (run: QueuedRun) => Promise<void>,
): Queue {
  const { get, set, options } = context;
  let isDraining = false;

  async function drain(): Promise<void> {
    if (isDraining || get().run || get().model.status !== 'ready') return;
    isDraining = true;
    try {
      for (let next = get().queue[0]; next; next = get().queue[0]) {
        set({ queue: get().queue.slice(1) });
        await start(next);
        // What failed once would fail again: the rest waits until somebody has looked.
        if (get().failure || get().run || get().model.status !== 'ready') return;
      }
    } finally {
      isDraining = false;
    }
  }

  const addToQueue = (runs: readonly QueuedRun[]): Promise<void> => {
    set({ queue: [...get().queue, ...runs] });
    return drain();
  };

  return {
    drain,
    addToQueue,
    async generate() {
      const { model, run } = get();
      if (run) return;
      set({ isGenerateWaiting: model.status === 'loading' });
      if (model.status !== 'ready') return;
      const runs = nextPictures(context);
      const seed = runs[0]?.request.seed ?? get().settings.seed;
      // What is asked for now comes before what was left over.
      set({
        settings: { ...get().settings, seed },
        queue: [...runs, ...get().queue],
        failure: null,
      });
      await drain();
    },
    enqueue: () => addToQueue(nextPictures(context)),
    finish: (keptIds) =>
      addToQueue(keptIds.flatMap((keptId) => finishOf(context, keptId, options.newId()))),
    removeQueued: (queueId) => set({ queue: withoutRun(get().queue, queueId) }),
    moveQueued: (queueId, by) => set({ queue: withMoved(get().queue, queueId, by) }),
    clearQueue: () => set({ queue: [] }),
  };
}

function finishOf({ get }: StudioContext, keptId: KeptId, queueId: string): QueuedRun[] {
  const kept = get().gallery.pictures.find((picture) => picture.keptId === keptId);
  if (!kept || kept.levelsDone >= kept.levelsMax) return [];
  return [{ kind: 'finish', queueId, keptId, prompt: kept.prompt, toLevel: kept.levelsMax }];
}
