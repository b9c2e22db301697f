/** Starting, following and ending runs of the sampler. */
import type {
  GenerateRequest,
  PreviewTarget,
  RunEvent,
  RunResult,
  RunTimings,
} from '../contract/engine';
import { isEngineError } from '../contract/engine-error';
import type { PictureId } from '../contract/units';
import { wantedSeconds } from './clip-state';
import { failureOf } from './failure';
import { manifestOf } from './model-state';
import { LIVE_CANVAS, reduceRun, startRun, thumbnailCanvas, type RunStart } from './run-state';
import { aspectOf } from './settings';
import type { StudioActions, StudioContext, StudioData } from './studio-state';
import { THUMBNAIL_PX, type View } from './view-actions';

type RunCall = (signal: AbortSignal, onEvent: (event: RunEvent) => void) => Promise<RunResult>;

/** The actions that run the sampler. */
export type RunActions = Pick<StudioActions, 'generate' | 'continueTo' | 'stop' | 'discard'> & {
  /** The engine is gone: stop following its run. */
  readonly abandon: () => void;
};

/** Builds the run actions over a view on the kept picture. */
export function createRunActions(context: StudioContext, view: View): RunActions {
  const { engine, get, set } = context;
  const follower = createFollower(context, view);
  return {
    async generate() {
      const { model, run } = get();
      if (run) return;
      set({ isGenerateWaiting: model.status === 'loading' });
      if (model.status !== 'ready') return;
      const { seed, request, start } = nextPicture(context);
      set({ settings: { ...get().settings, seed } });
      await follower.follow(start, (signal, onEvent) => engine.generate(request, signal, onEvent));
    },
    async continueTo(level) {
      const { picture, run } = get();
      if (run || !picture || level <= picture.levelsDone || level > picture.levelsMax) return;
      const { prompt, seed, grid, levelsDone, pictureId } = picture;
      const request = { toLevel: level, previews: previews(context, levelsDone + 1, level) };
      const start = { kind: 'continue', prompt, seed, grid, levelsDone } as const;
      await follower.follow(
        { ...start, fromLevel: levelsDone + 1, toLevel: level },
        (signal, onEvent) => engine.continuePicture(pictureId, request, signal, onEvent),
      );
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

/** Follows one run at a time. */
function createFollower(
  context: StudioContext,
  view: View,
): {
  follow(start: RunStart, call: RunCall): Promise<void>;
  cancel(): void;
  abandon(): void;
} {
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
          if (isCurrent()) set(afterEvent(context, event));
        });
        if (isCurrent()) await settle(context, view, result);
      } catch (error) {
        if (isCurrent()) fail(context, view, { error, kind: start.kind });
      }
    },
    cancel: () => abort.abort(),
    abandon() {
      abort = new AbortController();
    },
  };
}

/** The next picture from the settings. A seed that was used already is replaced unless it is locked. */
function nextPicture(context: StudioContext): {
  seed: string;
  request: GenerateRequest;
  start: RunStart;
} {
  const { settings, picture, model } = context.get();
  const isUsed = picture !== null && picture.seed === settings.seed;
  const seed = isUsed && !settings.isSeedLocked ? context.options.randomSeed() : settings.seed;
  const manifest = manifestOf(model);
  const levelsMax = manifest?.config.levels ?? 1;
  const levels = Math.min(settings.levels ?? levelsMax, levelsMax);
  const { prompt, steps, guidance } = settings;
  return {
    seed,
    request: {
      prompt,
      seed,
      levels,
      aspect: aspectOf(settings.aspect),
      ...(manifest && wantedSeconds(settings, manifest)),
      ...(steps === null ? {} : { steps }),
      ...(guidance === null ? {} : { guidance }),
      previews: previews(context, 1, levels),
    },
    start: {
      kind: 'generate',
      prompt,
      seed,
      grid: null,
      fromLevel: 1,
      toLevel: levels,
      levelsDone: 0,
    },
  };
}

function previews(context: StudioContext, fromLevel: number, toLevel: number): PreviewTarget[] {
  const targets: PreviewTarget[] = [
    { canvasId: LIVE_CANVAS, sizePx: context.get().settings.sizePx },
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

/** Takes over what a run has made, or goes back to the picture there was. */
async function settle(context: StudioContext, view: View, result: RunResult): Promise<void> {
  const { set } = context;
  if (result.status === 'cancelled' || result.pictureId === null) {
    discardRun(context, view);
    return;
  }
  const { status, pictureId, levelsDone, timings } = result;
  try {
    await keep(context, pictureId, timings);
  } catch (error) {
    set({ run: null, failure: failureOf(error, 'show') });
    return;
  }
  const type = status === 'finished' ? 'run-finished' : 'run-stopped';
  set({ announcement: { type, levels: levelsDone } });
  view.refresh('run-ended');
}

async function keep(
  { engine, get, set }: StudioContext,
  pictureId: PictureId,
  timings: RunTimings,
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
      timings: isSame ? [...before.timings, timings] : [timings],
    },
    shownLevels: info.levelsDone,
  });
  if (before && !isSame) await engine.dispose(before.pictureId);
}

function fail(
  context: StudioContext,
  view: View,
  { error, kind }: { error: unknown; kind: RunStart['kind'] },
): void {
  if (isEngineError(error, 'Cancelled')) {
    discardRun(context, view);
    return;
  }
  const failure = failureOf(error, kind);
  context.set({ run: null, failure, announcement: { type: 'failed', failure } });
  restore(context, view);
}

function discardRun(context: StudioContext, view: View): void {
  context.set({ run: null, announcement: { type: 'run-discarded' } });
  restore(context, view);
}

/** Goes back to the kept picture. Its thumbnails were drawn over, and its main canvas too if levels were looked at. */
function restore({ get, set }: StudioContext, view: View): void {
  set({ isLookingBack: false, shownLevels: get().picture?.levelsDone ?? 1 });
  view.refresh('run-ended');
  void view.redrawThumbnails();
}
