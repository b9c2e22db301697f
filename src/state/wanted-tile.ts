/** Which tile would make the view sharp. Pure. */
import { isClip } from '../contract/clip';
import type { SizePx } from '../contract/grid';
import { isWhole } from './clip-state';
import { shownClip, shownFrame } from './clip-view';
import { MAIN_CANVAS } from './run-state';
import { shownOf, shownZoom } from './shown';
import type { StudioData } from './studio-state';
import type { TileRequest, TileSide } from './tile';
import { viewedPicture } from './view-actions';
import { fitOf, visiblePatches } from './zoom';

/**
 * Pixels of a side of a patch at most. Models are trained up to a fraction of it; the decoder is a smooth function of
 * the place in the patch, and beyond this the same smoothness is had by enlarging.
 */
const MAX_PATCH_PX = 128;
/** Densities in between are drawn at the next one, so that a small change of zoom draws nothing. */
const PATCH_STEP_PX = 16;
/** What the engine takes, of the short side of the whole. */
const MAX_SIZE_PX = 2048;

/** What may get a tile. */
type Subject = Omit<TileRequest, 'sizePx' | 'patches'> & SizePx;

/** The tile that would make a side sharp; null if nothing would, or nothing can be decoded there now. */
export function wantedTile(data: StudioData, side: TileSide): TileRequest | null {
  const zoom = shownZoom(data);
  const { viewport } = data;
  if (zoom.scale <= 1 || !viewport || isOfTwoSizes(data)) return null;
  const subject = side === 'shown' ? shownSubject(data) : pinnedSubject(data);
  if (!subject) return null;
  const { widthPx, heightPx, ...rest } = subject;
  const { grid } = subject;
  const fit = fitOf(viewport, subject);
  const short = Math.min(grid.gh, grid.gw);
  const onScreenPx = (fit.widthPx * zoom.scale * viewport.pixelRatio) / grid.gw;
  const most = Math.min(MAX_PATCH_PX, Math.floor(MAX_SIZE_PX / short));
  const patchPx = Math.min(most, Math.ceil(onScreenPx / PATCH_STEP_PX - 1e-6) * PATCH_STEP_PX);
  if (patchPx * short <= Math.min(widthPx, heightPx)) return null; // it is sharp as it is
  const patches = visiblePatches(zoom, grid, { viewport, fit });
  return { ...rest, sizePx: patchPx * short, patches };
}

/** Where two sizes are compared their pixels are what there is to see: tiles would make them alike. */
function isOfTwoSizes({ pinned, drawn }: StudioData): boolean {
  if (!pinned || !drawn) return false;
  const { width, height } = pinned.pixels;
  return Math.min(width, height) !== Math.min(drawn.widthPx, drawn.heightPx);
}

function shownSubject(data: StudioData): Subject | null {
  const { drawn, isPlaying } = data;
  const viewed = viewedPicture(data);
  if (!drawn || !viewed || shownOf(data)?.canvasId !== MAIN_CANVAS) return null;
  if (drawn.pictureId !== viewed.pictureId) return null;
  const { pictureId, levels, widthPx, heightPx } = drawn;
  const { grid } = viewed;
  const clip = shownClip(data);
  const index = shownFrame(data);
  if (!clip || index === null) {
    const isMoving = isClip(grid) && !data.run; // its frames are about to be read
    return isMoving ? null : { pictureId, levels, widthPx, heightPx, grid, frame: null };
  }
  if (isPlaying || !isWhole(clip)) return null;
  return { pictureId, levels, widthPx, heightPx, grid, frame: { index, fps: clip.fps } };
}

function pinnedSubject({ pinned }: StudioData): Subject | null {
  if (!pinned?.copy) return null;
  const { copy, levels, pixels, frame } = pinned;
  return { ...copy, levels, frame, widthPx: pixels.width, heightPx: pixels.height };
}
