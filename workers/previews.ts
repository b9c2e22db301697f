/** Draws a growing picture on the canvases that a request names; one decode serves all canvases of one size. */
import type { PreviewTarget, RunEvent } from '../src/contract/engine';
import { posterPlace } from '../src/contract/clip';
import type { CanvasHandle } from '../src/contract/platform';
import { EngineError } from '../src/contract/engine-error';
import type { Mutex } from './mutex';
import type { Picture } from './picture';
import { planFrame } from './pipeline/pixels';
import type { Model } from './model';
import type { DeviceTensor } from './session-backend';

/** What previews are drawn with. */
export interface PreviewContext {
  readonly model: Model;
  readonly canvases: ReadonlyMap<string, CanvasHandle>;
  /** Held while decoding: caches of one picture are not built twice at a time. */
  readonly decoding: Mutex;
  readonly targets: readonly PreviewTarget[];
  readonly emit: (event: RunEvent) => void;
  /** Whether the run is to end; asked between batches of patches. */
  readonly shouldStop: () => Promise<boolean>;
}

/**
 * @throws {EngineError} BadRequest when a canvas is not attached
 */
export function assertAttached(
  canvases: ReadonlyMap<string, CanvasHandle>,
  canvasIds: readonly string[],
): void {
  const missing = canvasIds.filter((canvasId) => !canvases.has(canvasId));
  if (missing.length === 0) return;
  throw new EngineError(
    'BadRequest',
    `No canvas is attached under the name ${missing.map((id) => `"${id}"`).join(', ')}. Attach it first; after the engine was lost, attach a new one.`,
  );
}

/** Draws the finished levels. */
export async function showLevel(context: PreviewContext, picture: Picture): Promise<void> {
  const level = picture.levelsDone;
  const targets = context.targets.filter(({ onlyLevel }) => (onlyLevel ?? level) === level);
  await show(context, targets, { picture, level, guess: null });
}

/** Draws the finished levels and a guess of the level at work, which the caller keeps. */
export async function showGuess(
  context: PreviewContext,
  picture: Picture,
  guess: DeviceTensor,
): Promise<void> {
  const targets = context.targets.filter(({ onlyLevel }) => onlyLevel === undefined);
  await show(context, targets, { picture, level: picture.levelsDone + 1, guess });
}

/** Whether anything is drawn inside levels. */
export function hasLiveTarget(context: PreviewContext): boolean {
  return context.targets.some(({ onlyLevel }) => onlyLevel === undefined);
}

interface Subject {
  readonly picture: Picture;
  readonly level: number;
  readonly guess: DeviceTensor | null;
}

async function show(
  context: PreviewContext,
  targets: readonly PreviewTarget[],
  subject: Subject,
): Promise<void> {
  const sizes = new Set(targets.map(({ sizePx }) => sizePx));
  for (const sizePx of sizes) {
    const ofSize = targets.filter((target) => target.sizePx === sizePx);
    await context.decoding.run(() => showSize(context, ofSize, subject));
  }
}

async function showSize(
  { model, canvases, emit, shouldStop }: PreviewContext,
  targets: readonly PreviewTarget[],
  { picture, level, guess }: Subject,
): Promise<void> {
  const { backend, manifest } = model;
  const { coordMode, pixelAttention } = manifest.config;
  const { grid } = picture.traits;
  const plan = planFrame(grid, targets[0]!.sizePx, coordMode, pixelAttention);
  const place = posterPlace(grid);
  const frame =
    guess === null
      ? await picture.decoder.frame({ levels: level, plan }, place, shouldStop)
      : await picture.decoder.guessFrame(guess, { plan, place }, shouldStop);
  if (frame === null) return;
  try {
    for (const { canvasId } of targets) {
      const canvas = canvases.get(canvasId); // may have been detached since
      if (canvas === undefined) continue;
      await backend.paint(canvas, frame, plan);
      await backend.settle(); // what is announced is there, and its time is not taken for that of the next step
      const { widthPx, heightPx } = plan;
      const isLevelFinished = guess === null;
      emit({ type: 'preview-ready', canvasId, level, isLevelFinished, widthPx, heightPx });
    }
  } finally {
    backend.dispose(frame);
  }
}
