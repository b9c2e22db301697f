/** The picture the engine keeps, what is shown of it, and the files it is offered as. Pure. */
import type { DecodeRequest, PictureInfo, Pixels, RunTimings } from '../contract/engine';
import { isClip } from '../contract/clip';
import { sizeForShortSide, type Grid, type SizePx } from '../contract/grid';
import type { KeptId } from '../contract/gallery';
import type { PictureId } from '../contract/units';
import { LARGEST_CLIP_PX } from './settings';

/** The kept picture. */
export interface PictureState extends PictureInfo {
  /** Levels the model could give it. */
  readonly levelsMax: number;
  /** Its name in the gallery; null if it is not there. */
  readonly keptId: KeptId | null;
  /** Of the run that made it and of each continuation. */
  readonly timings: readonly RunTimings[];
}

/** The part of a picture that a redecode needs: a kept picture, or a growing one with finished levels. */
export type ViewedPicture = Pick<PictureInfo, 'pictureId' | 'grid' | 'levelsDone'>;

/** What the main canvas holds. */
export interface DrawnView extends SizePx {
  readonly pictureId: PictureId;
  readonly levels: number;
  /** Time of the redecode. */
  readonly elapsedMs: number;
}

/** A view that is held beside the present one. */
export interface PinnedView {
  readonly pixels: Pixels;
  readonly prompt: string;
  readonly levels: number;
  /** Of a clip: which frame. */
  readonly frame: NonNullable<DecodeRequest['frame']> | null;
  /** The same picture once more in the engine, to draw it closer; null if there is none any more. */
  readonly copy: { readonly pictureId: PictureId; readonly grid: Grid } | null;
}

/** How two views are compared. */
export type CompareLayout = 'divider' | 'side-by-side';

/** Why the picture is drawn: the user asked, still holds the slider (a smaller decode may stand in), or a run ended. */
export type ViewReason = 'asked' | 'dragging' | 'run-ended';

/** What is asked of the main canvas. */
export interface ViewRequest {
  readonly levels: number;
  readonly sizePx: number;
  readonly reason: ViewReason;
}

/** A redecode should take at most this long while a slider is held, so that the picture follows the hand. */
const DRAG_BUDGET_MS = 90;
const SMALLEST_DRAG_PX = 64;

/** The size to draw a picture of this grid at: as set, unless its frames would be too much to keep. */
export function shownSizePx(sizePx: number, grid: Grid | null): number {
  return grid && isClip(grid) ? Math.min(sizePx, LARGEST_CLIP_PX) : sizePx;
}

/** Whether the canvas already holds what is asked for. */
export function isDrawn(
  picture: ViewedPicture,
  drawn: DrawnView | null,
  view: Pick<ViewRequest, 'levels' | 'sizePx'>,
): boolean {
  const size = sizeForShortSide(picture.grid, view.sizePx);
  return (
    drawn?.pictureId === picture.pictureId &&
    drawn.levels === view.levels &&
    drawn.widthPx === size.widthPx &&
    drawn.heightPx === size.heightPx
  );
}

/**
 * The size to decode at while a slider is held: the wanted one if it is quick enough, judged by the last redecode,
 * otherwise the largest that is. Cost grows with the number of pixels.
 */
export function dragSizePx(wantedPx: number, last: DrawnView | null): number {
  if (last === null || last.elapsedMs <= 0) return wantedPx;
  const shortPx = Math.min(last.widthPx, last.heightPx);
  const affordablePx = shortPx * Math.sqrt(DRAG_BUDGET_MS / last.elapsedMs);
  return Math.min(wantedPx, Math.max(SMALLEST_DRAG_PX, Math.floor(affordablePx / 16) * 16));
}

/** Formats that a whole clip is one playable file in. */
export const VIDEO_FORMATS = ['mp4', 'webm', 'gif'] as const;

/** See {@link VIDEO_FORMATS}. */
export type VideoFormat = (typeof VIDEO_FORMATS)[number];

/** Formats that clips are offered in as files. */
export const CLIP_FORMATS = [...VIDEO_FORMATS, 'zip'] as const;

/** One of the offered formats, which is also how the file's name ends. */
export type ClipFormat = (typeof CLIP_FORMATS)[number];
