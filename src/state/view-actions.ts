/** Showing the kept picture: redecodes to the main canvas and to the thumbnails. */
import { isEngineError } from '../contract/engine-error';
import { failureOf } from './failure';
import { createLatestOnly } from './latest-only';
import { dragSizePx, isDrawn, type PictureState, type ViewRequest } from './picture-state';
import { MAIN_CANVAS, thumbnailCanvas } from './run-state';
import type { StudioContext } from './studio-state';

/** Short side of the picture on a thumbnail's canvas. */
export const THUMBNAIL_PX = 96;

/** What the other actions use of the view. */
export interface View {
  /** Redecodes the picture as it is wanted now, unless the canvas holds that already. */
  refresh(isDragging?: boolean): void;
  /** Draws the thumbnails of the levels that the picture has. */
  redrawThumbnails(): Promise<void>;
  /** Forgets the redecodes that were asked for; a run owns the canvas now. */
  cancel(): void;
}

/** The view on the kept picture. */
export function createView(context: StudioContext): View {
  const { get } = context;
  const latest = createLatestOnly<ViewRequest>((request, signal) => draw(context, request, signal));
  return {
    refresh(isDragging = false) {
      const { picture, run, shownLevels, settings } = get();
      if (!picture || run) return;
      latest.request({ levels: shownLevels, sizePx: settings.sizePx, isDragging });
    },
    async redrawThumbnails() {
      const { picture } = get();
      for (let level = 1; picture && level <= picture.levelsDone; level++) {
        if (!(await drawThumbnail(context, picture, level))) return;
      }
    },
    cancel: () => latest.cancel(),
  };
}

async function draw(
  context: StudioContext,
  request: ViewRequest,
  signal: AbortSignal,
): Promise<void> {
  const { engine, get, set } = context;
  const { picture, drawn } = get();
  if (!picture || isDrawn(picture, drawn, request)) return;
  const { levels, isDragging } = request;
  const sizePx = isDragging ? dragSizePx(request.sizePx, drawn) : request.sizePx;
  if (isDragging && isDrawn(picture, drawn, { ...request, sizePx })) return;
  set({ isDecoding: true });
  try {
    const target = { canvasId: MAIN_CANVAS, levels, sizePx };
    const result = await engine.decode(picture.pictureId, target, signal);
    if (result.status === 'cancelled' || signal.aborted) return;
    const { widthPx, heightPx, elapsedMs } = result;
    set({ drawn: { levels, widthPx, heightPx, elapsedMs } });
    if (!isDragging) {
      set({ announcement: { type: 'picture-shown', levels, widthPx, heightPx } });
    }
  } catch (error) {
    if (signal.aborted || isEngineError(error, 'Cancelled')) return;
    const failure = failureOf(error, 'show');
    set({ failure, announcement: { type: 'failed', failure } });
  } finally {
    set({ isDecoding: false });
  }
}

/** Returns whether it is worth going on with the next one. */
async function drawThumbnail(
  context: StudioContext,
  picture: PictureState,
  level: number,
): Promise<boolean> {
  const { engine, get } = context;
  if (get().run || get().picture?.pictureId !== picture.pictureId) return false;
  const target = { canvasId: thumbnailCanvas(level), levels: level, sizePx: THUMBNAIL_PX };
  try {
    await engine.decode(picture.pictureId, target, null);
    return true;
  } catch {
    // A thumbnail is a convenience: the large picture reports whatever is wrong.
    return false;
  }
}
