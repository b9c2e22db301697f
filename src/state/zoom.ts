/** Looking closer at a picture: which part of it is in view, and which of its patches. Pure. */
import type { Grid, PatchRange, SizePx } from '../contract/grid';

/** How closely a picture is looked at, whatever its size. */
export interface Zoom {
  /** 1 fits the picture into its pane. */
  readonly scale: number;
  /** The place of the picture in the middle of the pane, 0 to 1 from its left and its top. */
  readonly x: number;
  readonly y: number;
}

/** The whole picture. */
export const FIT: Zoom = { scale: 1, x: 0.5, y: 0.5 };

/** Closer than this there is nothing more to see: a patch fills the pane. */
export const MAX_SCALE = 16;
const MIN_SCALE = 0.05;

/** Where pictures are looked at, in CSS pixels. */
export interface Viewport {
  readonly paneWidthPx: number;
  readonly paneHeightPx: number;
  /** The part of the pane that a picture is fitted into. */
  readonly roomWidthPx: number;
  readonly roomHeightPx: number;
  /** Pixels of the screen in a CSS pixel. */
  readonly pixelRatio: number;
}

/** A place or a distance on the pane, in CSS pixels; places are counted from its middle. */
export interface PanePoint {
  readonly xPx: number;
  readonly yPx: number;
}

/** The size that fits a picture into the pane, in CSS pixels. */
export function fitOf(
  { roomWidthPx, roomHeightPx }: Viewport,
  { widthPx, heightPx }: SizePx,
): SizePx {
  const ratio = widthPx / heightPx;
  const fitted = Math.max(1, Math.min(roomWidthPx, roomHeightPx * ratio));
  return { widthPx: fitted, heightPx: fitted / ratio };
}

/** The nearest zoom that leaves no empty edge in the pane where the picture could fill it. */
export function clampZoom(zoom: Zoom, viewport: Viewport, fit: SizePx): Zoom {
  const scale = Math.max(MIN_SCALE, Math.min(zoom.scale, MAX_SCALE));
  const within = (place: number, panePx: number, fitPx: number): number => {
    const half = panePx / (2 * fitPx * scale); // of what is in view
    return half >= 0.5 ? 0.5 : Math.max(half, Math.min(place, 1 - half));
  };
  return {
    scale,
    x: within(zoom.x, viewport.paneWidthPx, fit.widthPx),
    y: within(zoom.y, viewport.paneHeightPx, fit.heightPx),
  };
}

/** The zoom at another scale that keeps the place of the picture under `at` where it is. */
export function zoomedTo(zoom: Zoom, scale: number, at: PanePoint, fit: SizePx): Zoom {
  const next = Math.max(MIN_SCALE, Math.min(scale, MAX_SCALE));
  const kept = 1 / zoom.scale - 1 / next;
  return {
    scale: next,
    x: zoom.x + (at.xPx / fit.widthPx) * kept,
    y: zoom.y + (at.yPx / fit.heightPx) * kept,
  };
}

/** The zoom after the picture was moved. */
export function panned(zoom: Zoom, { xPx, yPx }: PanePoint, fit: SizePx): Zoom {
  return {
    scale: zoom.scale,
    x: zoom.x - xPx / (fit.widthPx * zoom.scale),
    y: zoom.y - yPx / (fit.heightPx * zoom.scale),
  };
}

/** The patches of a frame of which something is in view. */
export function visiblePatches(
  zoom: Zoom,
  grid: Grid,
  { viewport, fit }: { readonly viewport: Viewport; readonly fit: SizePx },
): PatchRange {
  const span = (place: number, share: number, patches: number): readonly [number, number] => {
    const from = Math.floor((place - share / 2) * patches + 1e-6);
    const to = Math.ceil((place + share / 2) * patches - 1e-6);
    const first = Math.max(0, Math.min(from, patches - 1));
    return [first, Math.max(first + 1, Math.min(to, patches))];
  };
  const shareOf = (panePx: number, fitPx: number): number => panePx / (fitPx * zoom.scale);
  const rows = span(zoom.y, shareOf(viewport.paneHeightPx, fit.heightPx), grid.gh);
  const columns = span(zoom.x, shareOf(viewport.paneWidthPx, fit.widthPx), grid.gw);
  return { fromRow: rows[0], toRow: rows[1], fromColumn: columns[0], toColumn: columns[1] };
}

/** How many patches a range has. */
export function patchesIn({ fromRow, toRow, fromColumn, toColumn }: PatchRange): number {
  return (toRow - fromRow) * (toColumn - fromColumn);
}

/** The scale in whole percent. */
export function percentOf({ scale }: Zoom): number {
  return Math.round(scale * 100);
}
