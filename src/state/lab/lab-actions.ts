/** What can be done in the reconstruct lab. */
import { isClip } from '../../contract/clip';
import type { Engine } from '../../contract/engine';
import { isEngineError } from '../../contract/engine-error';
import { gridForAspect, patchCount } from '../../contract/grid';
import type { ModelManifest } from '../../contract/manifest';
import { createLatestOnly } from '../latest-only';
import { manifestOf } from '../model-state';
import { showPicture, type OpenHooks } from '../open-actions';
import type { StudioActions, StudioContext } from '../studio-state';
import type { Lab, LabChoice, LabResult, Media } from './lab-state';
import { countsWanted, reconstruct } from './reconstruction';
import { complexityOf, seenFrames } from './seen-frames';

type LabActions = Pick<
  StudioActions,
  'closeLab' | 'changeLab' | 'showInLab' | 'paintLab' | 'clearStrokes' | 'chooseBrush' | 'keepLab'
>;

/** Photos are looked at with 128 pixels, where the tokenizer was measured (docs/results.md); clips have many frames. */
const FIRST_SIZE_PX = { image: 128, clip: 64 } as const;

/** The lab's actions, and the way into it. */
export function createLab(
  context: StudioContext,
  hooks: OpenHooks,
): LabActions & { readonly openLab: (media: Media) => void } {
  const { engine, get, set } = context;
  const update = (patch: Partial<Lab>): void => {
    const { lab } = get();
    if (lab) set({ lab: { ...lab, ...patch } });
  };
  const latest = createLatestOnly<null>((_, signal) => work(context, update, signal));
  const close = (): void => {
    latest.cancel();
    const { lab } = get();
    set({ lab: null });
    forget(engine, lab?.result);
  };
  const change = (patchOf: (lab: Lab) => Partial<LabChoice>): void => {
    const { lab } = get();
    if (!lab) return;
    const next = withChoice(lab, patchOf(lab));
    update(next);
    if (next.result === null) forget(engine, lab.result);
    latest.request(null);
  };
  return {
    openLab(media) {
      const manifest = manifestOf(get().model);
      if (!manifest) return;
      close();
      set({ lab: newLab(media, manifest), failure: null });
      latest.request(null);
    },
    closeLab: close,
    showInLab: update,
    paintLab: (patches, by) => change((lab) => ({ strokes: painted(lab, patches, by) })),
    clearStrokes: () => change(({ choice }) => ({ strokes: choice.strokes.map(() => 0) })),
    changeLab: (patch) => change(() => patch),
    chooseBrush: (labBrush) => set({ labBrush }),
    async keepLab() {
      try {
        await keep(context, hooks);
        close();
      } catch (error) {
        update({ problem: messageOf(error) });
      }
    },
  };
}

function newLab(media: Media, { config }: ModelManifest): Lab {
  const { frames } = media;
  const segments = frames.frameCount === 1 ? 1 : (frames.frameCount * config.kt) / frames.fps;
  const grid = gridForAspect(frames, config.k, segments);
  const sizePx = isClip(grid) ? FIRST_SIZE_PX.clip : FIRST_SIZE_PX.image;
  const original = seenFrames(frames, grid, sizePx);
  return {
    ...{ media, grid, original, baseline: [], result: null, isBusy: true, problem: null },
    levelsMax: config.levels,
    choice: {
      sizePx,
      encoding: 'int8',
      average: config.levels,
      isBudgetKept: true,
      strokes: Array.from({ length: patchCount(grid) }, () => 0),
    },
    complexity: complexityOf(original, grid),
    shownLevels: config.levels,
    shownFrame: Math.floor(original.length / 2),
    view: 'compare',
  };
}

/** What another choice changes at once; the reconstruction follows. */
function withChoice(lab: Lab, patch: Partial<LabChoice>): Partial<Lab> {
  const choice = { ...lab.choice, ...patch };
  const isOtherSize = choice.sizePx !== lab.choice.sizePx;
  const isOtherFile = isOtherSize || choice.encoding !== lab.choice.encoding;
  const frames = isOtherSize ? seenFrames(lab.media.frames, lab.grid, choice.sizePx) : lab.original;
  return {
    choice,
    ...(isOtherFile && { baseline: [] }),
    // What was found at another size cannot be laid over these frames: it is shown until it is found again.
    ...(isOtherSize && {
      original: frames,
      complexity: complexityOf(frames, lab.grid),
      result: null,
    }),
  };
}

/** A patch of one segment stands for its place in the whole clip. */
function painted(
  { grid, choice, levelsMax }: Lab,
  patches: readonly number[],
  by: 1 | -1,
): number[] {
  const perSegment = grid.gh * grid.gw;
  const places = new Set(patches.map((patch) => patch % perSegment));
  const most = levelsMax - 1;
  return choice.strokes.map((stroke, patch) =>
    places.has(patch % perSegment) ? Math.max(-most, Math.min(stroke + by, most)) : stroke,
  );
}

/** Reconstructs as the choices are now: with all levels first, for the curve, then with those that are wanted. */
async function work(
  context: StudioContext,
  update: (patch: Partial<Lab>) => void,
  signal: AbortSignal,
): Promise<void> {
  const { get } = context;
  update({ isBusy: true, problem: null });
  try {
    const before = get().lab;
    if (before?.baseline.length === 0) await findBaseline(context, before, signal);
    const lab = get().lab;
    if (!lab || signal.aborted || isWhole(lab)) return;
    show(context, lab, await reconstruct(context.engine, lab, signal));
  } catch (error) {
    if (signal.aborted || isEngineError(error, 'Cancelled')) return;
    update({ problem: messageOf(error) });
  } finally {
    update({ isBusy: false });
  }
}

/** The file with all levels everywhere: what others are measured against, and shown until they are there. */
async function findBaseline(context: StudioContext, lab: Lab, signal: AbortSignal): Promise<void> {
  const { choice, levelsMax } = lab;
  const everything = { ...choice, average: levelsMax, strokes: choice.strokes.map(() => 0) };
  const all = await reconstruct(context.engine, { ...lab, choice: everything }, signal);
  const baseline = all.levels.map(({ level, bytes, psnrDb }) => ({ level, bytes, psnrDb }));
  show(context, lab, all, { baseline });
}

/** Whether the shown reconstruction is already what the choices ask for. */
function isWhole(lab: Lab): boolean {
  const { choice, result, levelsMax } = lab;
  const isOfChoice = result?.encoding === choice.encoding;
  return (
    isOfChoice &&
    countsWanted(lab).every((count, patch) => count === levelsMax && result.counts[patch] === count)
  );
}

/** Puts a reconstruction in the place of the one before, unless it is of another size than the lab is by now. */
function show(
  { engine, get, set }: StudioContext,
  asked: Lab,
  result: LabResult,
  more: Partial<Lab> = {},
): void {
  const { lab } = get();
  const isStale = lab?.media !== asked.media || lab.choice.sizePx !== asked.choice.sizePx;
  const old = isStale ? result : lab.result;
  if (!isStale) set({ lab: { ...lab, ...more, result } });
  forget(engine, old);
}

function forget(engine: Engine, result: LabResult | null | undefined): void {
  if (result) void engine.dispose(result.pictureId).catch(() => undefined); // the engine may have gone meanwhile
}

/** The reconstruction takes the place of the picture that is shown, and is kept in the gallery. */
async function keep(context: StudioContext, hooks: OpenHooks): Promise<void> {
  const { get, options } = context;
  const { lab } = get();
  if (!lab?.result) return;
  const { file } = lab.result;
  const keptId = options.gallery ? options.newId() : null;
  const read = (): Promise<Uint8Array<ArrayBuffer>> => Promise.resolve(file.slice());
  const { pictureId } = await showPicture(context, hooks, { read, keptId });
  if (keptId !== null) await hooks.keeper.keep(pictureId, keptId);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
