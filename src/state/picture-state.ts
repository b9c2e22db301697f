/** The picture the engine keeps, what is shown of it, and the file names of what is taken from it. Pure. */
import type { PictureInfo, Pixels, RunTimings } from '../contract/engine';
import { sizeForShortSide, type SizePx } from '../contract/grid';
import type { KeptId } from '../contract/gallery';
import type { PictureId } from '../contract/units';

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
}

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

/** `red-apple-seed7-level2-256x256.png`: the prompt's letters and digits, shortened, and what is shown. */
export function pictureFileName(picture: PictureInfo, shown: { levels: number } & SizePx): string {
  const { widthPx, heightPx, levels } = shown;
  return `${stem(picture)}-level${levels}-${widthPx}x${heightPx}.png`;
}

/** Formats that clips are offered in as files. */
export const CLIP_FORMATS = ['mp4', 'webm', 'gif', 'zip'] as const;

/** One of the offered formats, which is also how the file's name ends. */
export type ClipFormat = (typeof CLIP_FORMATS)[number];

/** `red-apple-seed7-level2-256px-24fps.mp4` */
export function clipFileName(
  picture: PictureInfo,
  shown: { readonly levels: number; readonly sizePx: number; readonly fps: number },
  format: ClipFormat,
): string {
  const { levels, sizePx, fps } = shown;
  return `${stem(picture)}-level${levels}-${sizePx}px-${fps}fps.${format}`;
}

/** `red-apple-seed7-sheet.png` */
export function sheetFileName(picture: PictureInfo): string {
  return `${stem(picture)}-sheet.png`;
}

/** `red-apple-seed7.dcs` */
export function latentFileName(picture: PictureInfo): string {
  return `${stem(picture)}.dcs`;
}

function stem(picture: PictureInfo): string {
  const words = picture.prompt
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  const short = Array.from(words)
    .slice(0, 48)
    .join('')
    .replaceAll(/^-+|-+$/g, '');
  return `${short === '' ? 'picture' : short}-seed${picture.seed}`;
}
