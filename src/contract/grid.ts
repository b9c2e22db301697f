/** The patch grid of a picture and the pixel sizes it can be shown at (paper Eq. 1). */

/** Patches along time, height and width. An image has `gt` = 1. */
export interface Grid {
  readonly gt: number;
  readonly gh: number;
  readonly gw: number;
}

/** Some patches of a frame: rows and columns from, up to and not including, to; counted from 0 at the top left. */
export interface PatchRange {
  readonly fromRow: number;
  readonly toRow: number;
  readonly fromColumn: number;
  readonly toColumn: number;
}

/** A width to height ratio, in any unit: 16:9 or 1920:1080. */
export interface Aspect {
  readonly width: number;
  readonly height: number;
}

/** A size in pixels. */
export interface SizePx {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** The longest side is at most this many times the shortest one; more extreme ratios are clipped. */
export const MAX_ASPECT_RATIO = 2.5;

/** P, the number of patches: the tokens of one level. */
export function patchCount(grid: Grid): number {
  return grid.gt * grid.gh * grid.gw;
}

/**
 * The grid of a picture of this aspect: `k` patches on the short side, round(k * ratio) on the long one.
 *
 * @param k patches on the short side, from the manifest
 * @param gt segments of a clip; 1 for an image
 */
export function gridForAspect(aspect: Aspect, k: number, gt = 1): Grid {
  const ratio = Math.max(aspect.width, aspect.height) / Math.min(aspect.width, aspect.height);
  const long = Math.max(k, Math.floor(k * Math.min(ratio, MAX_ASPECT_RATIO) + 0.5));
  return aspect.width >= aspect.height ? { gt, gh: k, gw: long } : { gt, gh: long, gw: k };
}

/** The size of a picture of this grid whose short side has `shortSidePx` pixels. */
export function sizeForShortSide(grid: Grid, shortSidePx: number): SizePx {
  const short = Math.min(grid.gh, grid.gw);
  const scaled = (patches: number): number => Math.floor((patches * shortSidePx) / short + 0.5);
  return { widthPx: scaled(grid.gw), heightPx: scaled(grid.gh) };
}
