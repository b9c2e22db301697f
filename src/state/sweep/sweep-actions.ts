/** Grids of pictures over the queue: their runs wait like others, and their cells are drawn when a run has ended. */
import { isEngineError } from '../../contract/engine-error';
import type { KeptId } from '../../contract/gallery';
import { wantedSeconds } from '../clip-state';
import { failureOf } from '../failure';
import { manifestOf } from '../model-state';
import type { QueuedRun } from '../queue-state';
import { aspectOf } from '../settings';
import type { StudioActions, StudioContext } from '../studio-state';
import { planSweep, withCell, type Sweep, type SweepActions, type SweepBase } from './sweep';

/** Draws what cells show of the picture that has just been made. */
export async function drawCells(
  { engine, get, set }: StudioContext,
  keptId: KeptId,
): Promise<void> {
  const { picture, sweep: before } = get();
  if (!before || picture?.keptId !== keptId) return; // of no grid, or discarded
  const isCurrent = (now: Sweep | null): now is Sweep => now?.runs === before.runs;
  try {
    for (const [index, cell] of before.cells.entries()) {
      const { levels, sizePx } = cell;
      if (cell.keptId !== keptId || levels > picture.levelsDone) continue;
      const pixels = await engine.readPixels(picture.pictureId, { levels, sizePx }, null);
      const { sweep } = get();
      if (!isCurrent(sweep)) return;
      set({ sweep: withCell(sweep, index, pixels) });
    }
  } catch (error) {
    if (isEngineError(error, 'PictureNotFound')) return; // another one was opened meanwhile
    const failure = failureOf(error, 'show');
    set({ failure, announcement: { type: 'failed', failure } });
  }
}

/** Whether runs of the grid wait or are at work. */
export function isSweeping({
  sweep,
  queue,
  run,
}: Pick<ReturnType<StudioContext['get']>, 'sweep' | 'queue' | 'run'>): boolean {
  if (!sweep) return false;
  const names = new Set(sweep.runs.map(({ keptId }) => keptId));
  return (run !== null && names.has(run.keptId)) || queue.some(({ queueId }) => names.has(queueId));
}

/** Builds the actions on grids. */
export function createSweepActions(
  context: StudioContext,
  actions: Pick<StudioActions, 'openKept' | 'showLevels' | 'showSize' | 'discard'> & {
    readonly addToQueue: (runs: readonly QueuedRun[]) => Promise<void>;
  },
): SweepActions {
  const { get, set, options } = context;
  return {
    async startSweep(x, y) {
      if (isSweeping(get())) return;
      const sweep = planSweep(x, y, baseOf(context), options.newId);
      set({ sweep });
      await actions.addToQueue(
        sweep.runs.map(({ keptId, request }) => ({ kind: 'generate', queueId: keptId, request })),
      );
    },
    cancelSweep() {
      const { sweep, queue, run } = get();
      const names = new Set(sweep?.runs.map(({ keptId }) => keptId));
      set({ queue: queue.filter(({ queueId }) => !names.has(queueId)) });
      if (run && names.has(run.keptId)) actions.discard();
    },
    clearSweep() {
      if (!isSweeping(get())) set({ sweep: null });
    },
    async openSweepCell({ keptId, levels, sizePx }) {
      await actions.openKept(keptId);
      if (get().picture?.keptId !== keptId) return;
      actions.showLevels(levels);
      actions.showSize(sizePx, false);
    },
  };
}

function baseOf({ get }: StudioContext): SweepBase {
  const { settings, model } = get();
  const manifest = manifestOf(model);
  const levelsMax = manifest?.config.levels ?? 1;
  const { prompt, seed, steps, guidance, sizePx } = settings;
  return {
    sizePx,
    request: {
      prompt,
      seed,
      levels: Math.min(settings.levels ?? levelsMax, levelsMax),
      aspect: aspectOf(settings.aspect),
      ...(manifest && wantedSeconds(settings, manifest)),
      ...(steps === null ? {} : { steps }),
      ...(guidance === null ? {} : { guidance }),
    },
  };
}
