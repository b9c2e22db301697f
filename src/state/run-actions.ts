/** Starting, following and ending runs of the sampler. */
import type { PreviewTarget, RunEvent, RunResult, RunTimings } from '../contract/engine';
import { isEngineError } from '../contract/engine-error';
import type { KeptId } from '../contract/gallery';
import type { PictureId } from '../contract/units';
import { failureOf } from './failure';
import type { GalleryKeeper } from './gallery/gallery-keeper';
import { manifestOf } from './model-state';
import { keptSource, showPicture, type OpenHooks } from './open-actions';
import { createQueue, type Queue } from './queue-actions';
import type { QueuedRun } from './queue-state';
import { LIVE_CANVAS, reduceRun, startRun, thumbnailCanvas, type RunStart } from './run-state';
import { LARGEST_PREVIEW_PX } from './settings';
import type { StudioActions, StudioContext, StudioData } from './studio-state';
import { drawCells } from './sweep/sweep-actions';
import { THUMBNAIL_PX, type View } from './view-actions';

type RunCall = (signal: AbortSignal, onEvent: (event: RunEvent) => void) => Promise<RunResult>;

/** The actions that run the sampler. */
export type RunActions = Pick<StudioActions, 'continueTo' | 'stop' | 'discard'> &
  Queue & {
    /** The engine is gone: stop following its run. */
    readonly abandon: () => void;
  };

/** Builds the run actions over a view on the kept picture. */
export function createRunActions(context: StudioContext, hooks: OpenHooks): RunActions {
  const { engine, get, set } = context;
  const follower = createFollower(context, hooks);

  async function continueTo(level: number): Promise<void> {
    const { picture, run } = get();
    if (run || !picture || level <= picture.levelsDone || level > picture.levelsMax) return;
    const { prompt, seed, grid, levelsDone, pictureId } = picture;
    const request = { toLevel: level, previews: previews(context, levelsDone + 1, level) };
    const keptId = picture.keptId ?? context.options.newId();
    const start = { kind: 'continue', keptId, prompt, seed, grid, levelsDone } as const;
    await follower.follow(
      { ...start, fromLevel: levelsDone + 1, toLevel: level },
      (signal, onEvent) => engine.continuePicture(pictureId, request, signal, onEvent),
    );
  }

  const queue = createQueue(context, async (run) => {
    if (run.kind === 'generate') {
      await generate(context, follower, run);
      await drawCells(context, run.queueId);
    } else if (await bringBack(context, hooks, run.keptId)) await continueTo(run.toLevel);
  });

  return {
    ...queue,
    async continueTo(level) {
      await continueTo(level);
      await queue.drain();
    },
    async stop() {
      const { run } = get();
      set({ isGenerateWaiting: false });
      if (!run || run.isCancelling) return;
      const isFirstLevelOpen = run.levelsDone === 0 && run.stopWhen === null;
      const when = isFirstLevelOpen ? 'after-level' : 'now';
      set({ run: { ...run, stopWhen: when } });
      await engine.stop(when);
    },
    discard() {
      const { run } = get();
      set({ isGenerateWaiting: false, run: run && { ...run, isCancelling: true } });
      if (run) follower.cancel();
    },
    abandon: () => follower.abandon(),
  };
}

/** Shows a picture of the gallery, for a run that goes on with it. Returns whether it could be read. */
async function bringBack(
  context: StudioContext,
  hooks: OpenHooks,
  keptId: KeptId,
): Promise<boolean> {
  try {
    await showPicture(context, hooks, keptSource(context, keptId));
    return true;
  } catch (error) {
    const failure = failureOf(error, 'open');
    context.set({ failure, announcement: { type: 'failed', failure } });
    return false;
  }
}

/** Follows one run at a time. */
interface Follower {
  /** Resolves when the run has ended and what it made is kept. */
  follow(start: RunStart, call: RunCall): Promise<void>;
  cancel(): void;
  abandon(): void;
}

async function generate(
  context: StudioContext,
  follower: Follower,
  { queueId: keptId, request }: Extract<QueuedRun, { kind: 'generate' }>,
): Promise<void> {
  const { prompt, seed, levels } = request;
  const asked = { ...request, previews: previews(context, 1, levels) };
  const start = { kind: 'generate', keptId, prompt, seed, grid: null } as const;
  await follower.follow(
    { ...start, fromLevel: 1, toLevel: levels, levelsDone: 0 },
    (signal, onEvent) => context.engine.generate(asked, signal, onEvent),
  );
}

function createFollower(context: StudioContext, { view, keeper }: OpenHooks): Follower {
  const { get, set } = context;
  let abort = new AbortController();
  return {
    async follow(start, call) {
      view.cancel();
      const own = new AbortController();
      abort = own;
      set({
        run: startRun(start),
        isLookingBack: false,
        lastPreview: null,
        failure: null,
        announcement: { type: 'run-started', toLevel: start.toLevel },
      });
      const isCurrent = (): boolean => abort === own && get().run !== null;
      try {
        const result = await call(own.signal, (event) => {
          if (!isCurrent()) return;
          set(afterEvent(context, event));
          keepLevel(context, keeper, event);
        });
        if (isCurrent()) await settle(context, { view, keeper }, { result, keptId: start.keptId });
      } catch (error) {
        if (isCurrent()) await fail(context, { view, keeper }, { error, kind: start.kind });
      }
    },
    cancel: () => abort.abort(),
    abandon() {
      abort = new AbortController();
    },
  };
}

function previews(context: StudioContext, fromLevel: number, toLevel: number): PreviewTarget[] {
  const { sizePx } = context.get().settings;
  const targets: PreviewTarget[] = [
    { canvasId: LIVE_CANVAS, sizePx: Math.min(sizePx, LARGEST_PREVIEW_PX) },
  ];
  for (let level = fromLevel; level <= toLevel; level++) {
    targets.push({ canvasId: thumbnailCanvas(level), sizePx: THUMBNAIL_PX, onlyLevel: level });
  }
  return targets;
}

function afterEvent({ get }: StudioContext, event: RunEvent): Partial<StudioData> {
  const { run, memoryNotes } = get();
  if (!run) return {};
  const next = reduceRun(run, event);
  if (event.type === 'level-end') {
    const { level } = event;
    return { run: next, announcement: { type: 'level-finished', level, toLevel: next.toLevel } };
  }
  if (event.type === 'cache-dropped') {
    return { run: next, memoryNotes: [...memoryNotes, event.consequence] };
  }
  return { run: next };
}

/** A finished level is kept at once: a page that is closed or reloaded loses only the level at work. */
function keepLevel({ get }: StudioContext, keeper: GalleryKeeper, event: RunEvent): void {
  const { run } = get();
  if (event.type !== 'level-end' || run?.pictureId == null) return;
  if (event.level < run.toLevel) void keeper.keep(run.pictureId, run.keptId);
}

/** Takes over what a run has made, or goes back to the picture there was. */
async function settle(
  context: StudioContext,
  hooks: OpenHooks,
  { result, keptId }: { readonly result: RunResult; readonly keptId: KeptId },
): Promise<void> {
  const { engine, get, set } = context;
  const { view, keeper } = hooks;
  if (result.status === 'cancelled' || result.pictureId === null) {
    await discardRun(context, hooks);
    return;
  }
  const { status, pictureId, levelsDone, timings } = result;
  const { picture: before } = get();
  try {
    await takeOver(context, { pictureId, timings });
  } catch (error) {
    set({ run: null, failure: failureOf(error, 'show') });
    return;
  }
  const type = status === 'finished' ? 'run-finished' : 'run-stopped';
  set({ announcement: { type, levels: levelsDone } });
  view.refresh('run-ended');
  // Asked for before anything else can happen: another picture may be opened, and this one go away, meanwhile.
  await keeper.keep(pictureId, keptId);
  if (before && before.pictureId !== pictureId) await engine.dispose(before.pictureId);
}

async function takeOver(
  { engine, get, set }: StudioContext,
  { pictureId, timings }: { readonly pictureId: PictureId; readonly timings: RunTimings },
): Promise<void> {
  const info = await engine.describePicture(pictureId);
  const { picture: before, run, model, isLookingBack } = get();
  const isSame = before?.pictureId === pictureId;
  set({
    run: null,
    isLookingBack: false,
    lastPreview: isLookingBack ? null : (run?.preview ?? null),
    picture: {
      ...info,
      levelsMax: manifestOf(model)?.config.levels ?? info.levelsDone,
      keptId: run?.keptId ?? before?.keptId ?? null,
      timings: isSame ? [...before.timings, timings] : [timings],
    },
    shownLevels: info.levelsDone,
  });
}

async function fail(
  context: StudioContext,
  hooks: OpenHooks,
  { error, kind }: { error: unknown; kind: RunStart['kind'] },
): Promise<void> {
  if (isEngineError(error, 'Cancelled')) {
    await discardRun(context, hooks);
    return;
  }
  const failure = failureOf(error, kind);
  context.set({ run: null, failure, announcement: { type: 'failed', failure } });
  restore(context, hooks.view);
}

/** What the run had kept so far goes with it: all of a new picture, the new levels of one that was continued. */
async function discardRun(context: StudioContext, { view, keeper }: OpenHooks): Promise<void> {
  const { run, picture } = context.get();
  context.set({ run: null, announcement: { type: 'run-discarded' } });
  restore(context, view);
  if (run === null || run.levelsDone < run.fromLevel) return;
  if (picture?.keptId === run.keptId) await keeper.keep(picture.pictureId, run.keptId);
  else await keeper.forget(run.keptId); // it was not in the gallery before the run
}

/** Goes back to the kept picture. Its thumbnails were drawn over, and its main canvas too if levels were looked at. */
function restore({ get, set }: StudioContext, view: View): void {
  set({ isLookingBack: false, shownLevels: get().picture?.levelsDone ?? 1 });
  view.refresh('run-ended');
  void view.redrawThumbnails();
}
