/** Showing a picture without generating it: redecodes to the main canvas and to the thumbnails. */
import { isEngineError } from '../contract/engine-error';
import type { ClipReader } from './clip-actions';
import { failureOf } from './failure';
import { createLatestOnly } from './latest-only';
import {
  dragSizePx,
  isDrawn,
  shownSizePx,
  type PictureState,
  type ViewedPicture,
  type ViewReason,
  type ViewRequest,
} from './picture-state';
import { MAIN_CANVAS, thumbnailCanvas } from './run-state';
import type { StudioContext, StudioData } from './studio-state';

/** Short side of the picture on a thumbnail's canvas. */
export const THUMBNAIL_PX = 96;

/** What the other actions use of the view. */
export interface View {
  /** Redecodes what is viewed as it is wanted now, unless the canvas holds that already. */
  refresh(reason: ViewReason): void;
  /** Draws the thumbnails of the levels that the picture has. */
  redrawThumbnails(): Promise<void>;
  /** Forgets the redecodes that were asked for. */
  cancel(): void;
}

/** What a redecode would show: the kept picture, or a growing one as soon as a level of it is finished. */
export function viewedPicture({ run, picture }: StudioData): ViewedPicture | null {
  if (!run) return picture;
  const { pictureId, grid, levelsDone } = run;
  return pictureId !== null && grid && levelsDone > 0 ? { pictureId, grid, levelsDone } : null;
}

/** The view on the kept picture. */
export function createView(context: StudioContext, clips: ClipReader): View {
  const { get } = context;
  let atWork: ViewRequest | null = null;
  const canvas: MainCanvas = { isAsTold: true };
  const latest = createLatestOnly<ViewRequest>(async (request, signal) => {
    clips.cancel();
    atWork = request;
    const isDone = await draw(context, request, { signal, canvas });
    atWork = null;
    if (isDone && request.reason !== 'dragging') clips.read();
  });
  return {
    refresh(reason) {
      const viewed = viewedPicture(get());
      if (!viewed) return;
      const { shownLevels, settings } = get();
      const levels = Math.min(shownLevels, viewed.levelsDone);
      const sizePx = shownSizePx(settings.sizePx, viewed.grid);
      // What is dragged must come to its end to be seen; a large one that is no longer wanted need not.
      if (atWork && atWork.reason !== 'dragging') {
        if (atWork.levels === levels && atWork.sizePx === sizePx) return;
        latest.cancel();
      }
      latest.request({ levels, sizePx, reason });
    },
    async redrawThumbnails() {
      const { picture } = get();
      for (let level = 1; picture && level <= picture.levelsDone; level++) {
        if (!(await drawThumbnail(context, picture, level))) return;
      }
    },
    cancel() {
      latest.cancel();
      clips.cancel();
    },
  };
}

/** The main canvas: a drawing that is given up may have reached it, and then `drawn` does not tell what it holds. */
interface MainCanvas {
  isAsTold: boolean;
}

/** Returns whether the canvas holds what was asked for. */
async function draw(
  context: StudioContext,
  request: ViewRequest,
  { signal, canvas }: { readonly signal: AbortSignal; readonly canvas: MainCanvas },
): Promise<boolean> {
  const { engine, get, set } = context;
  const { drawn, run } = get();
  const viewed = viewedPicture(get());
  if (!viewed) return false;
  const { levels, reason } = request;
  const sizePx = reason === 'dragging' ? dragSizePx(request.sizePx, drawn) : request.sizePx;
  if (canvas.isAsTold && isDrawn(viewed, drawn, { levels, sizePx })) {
    set({ lastPreview: null, isLookingBack: run !== null });
    return true;
  }
  const { pictureId } = viewed;
  set({ isDecoding: true });
  canvas.isAsTold = false;
  try {
    const target = { canvasId: MAIN_CANVAS, levels, sizePx };
    const result = await engine.decode(pictureId, target, signal);
    if (result.status === 'cancelled' || signal.aborted) return false;
    const { widthPx, heightPx, elapsedMs } = result;
    canvas.isAsTold = true;
    set({
      drawn: { pictureId, levels, widthPx, heightPx, elapsedMs },
      lastPreview: null,
      isLookingBack: get().run !== null,
    });
    if (reason === 'asked') {
      set({ announcement: { type: 'picture-shown', levels, widthPx, heightPx } });
    }
    return true;
  } catch (error) {
    if (signal.aborted || isEngineError(error, 'Cancelled')) return false;
    const failure = failureOf(error, 'show');
    set({ failure, announcement: { type: 'failed', failure } });
    return false;
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
