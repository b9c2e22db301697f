/** One latent drawn in many ways: its levels down, sizes across, and of a clip frame rates across too. Pure. */
import { framesPerSegment, isClip } from '../contract/clip';
import type { PictureInfo, Pixels } from '../contract/engine';
import type { Grid } from '../contract/grid';
import type { PictureId } from '../contract/units';
import { fpsRange, type ClipState } from './clip-state';

/** Short sides that are offered, in pixels. */
export const OUTPUT_SIZES_PX = [64, 128, 256, 512] as const;
/** A clip is many pictures: larger ones are drawn when somebody asks for them. */
const FIRST_CLIP_SIZES_PX = [64, 128];
/** Frame rates that are offered, as far as a model can be shown at them. */
const OUTPUT_FPS = [12, 24, 30, 48, 60];
const FIRST_FPS = 3;
/** All drawn frames stay in memory while they are looked at; a tab that takes much more is closed on a phone. */
const MOST_BYTES = 400e6;

/** What is drawn, apart from the levels: all of them are. */
export interface OutputChoice {
  /** Short sides in pixels, ascending. */
  readonly sizesPx: readonly number[];
  /** Frames per second, ascending; null for a picture. */
  readonly fps: readonly number[] | null;
}

/** One way to draw it. */
export interface OutputCell {
  readonly levels: number;
  readonly sizePx: number;
  /** Frames per second; null for a picture. */
  readonly fps: number | null;
  /** All of them, one of a picture; empty until it is drawn. */
  readonly frames: readonly Pixels[];
}

/** All ways, level by level, then size by size. */
export interface Outputs extends OutputChoice {
  readonly pictureId: PictureId;
  readonly levelsDone: number;
  readonly grid: Grid;
  /** Segments a second. */
  readonly kt: number;
  /** Frame rates that can be chosen; empty for a picture. */
  readonly offeredFps: readonly number[];
  readonly cells: readonly OutputCell[];
}

/** What is drawn of a picture at first, nothing of it yet. */
export function outputsOf(
  { pictureId, levelsDone, grid }: Pick<PictureInfo, 'pictureId' | 'levelsDone' | 'grid'>,
  kt: number,
): Outputs {
  const { minimum, maximum } = fpsRange(kt);
  const offeredFps = isClip(grid)
    ? OUTPUT_FPS.filter((fps) => fps % kt === 0 && fps >= minimum && fps <= maximum)
    : [];
  const choice = isClip(grid)
    ? { sizesPx: FIRST_CLIP_SIZES_PX, fps: offeredFps.slice(0, FIRST_FPS) }
    : { sizesPx: OUTPUT_SIZES_PX, fps: null };
  const facts = { pictureId, levelsDone, grid, kt, offeredFps };
  return withChoice({ ...facts, ...choice, cells: [] }, choice);
}

/** The outputs of another choice; what is drawn of it already stays drawn. */
export function withChoice(outputs: Outputs, { sizesPx, fps }: OutputChoice): Outputs {
  const cells: OutputCell[] = [];
  for (let levels = 1; levels <= outputs.levelsDone; levels += 1) {
    for (const sizePx of sizesPx) {
      for (const rate of fps ?? [null]) {
        const way = { levels, sizePx, fps: rate };
        const there = outputs.cells.find((cell) => isSameWay(cell, way));
        cells.push(there ?? { ...way, frames: [] });
      }
    }
  }
  return { ...outputs, sizesPx, fps, cells };
}

/** Whether all of a choice can be held at once. */
export function fitsMemory(
  { levelsDone, grid, kt }: Pick<Outputs, 'levelsDone' | 'grid' | 'kt'>,
  { sizesPx, fps }: OutputChoice,
): boolean {
  const { gt, gh, gw } = grid;
  const frames = fps?.reduce((sum, rate) => sum + (gt * rate) / kt, 0) ?? 1;
  const pixels = sizesPx.reduce(
    (sum, px) => sum + px ** 2 * (Math.max(gh, gw) / Math.min(gh, gw)),
    0,
  );
  return levelsDone * frames * pixels * 4 <= MOST_BYTES;
}

/** The outputs with one way drawn; the same outputs when it is no longer among them. */
export function withOutput(
  outputs: Outputs,
  way: Omit<OutputCell, 'frames'>,
  frames: readonly Pixels[],
): Outputs {
  const cells = outputs.cells.map((cell) => (isSameWay(cell, way) ? { ...cell, frames } : cell));
  return { ...outputs, cells };
}

/** What is still to be drawn, the quickest first, so that something is there soon. */
export function missingOutputs({ cells }: Outputs): readonly OutputCell[] {
  const cost = ({ sizePx, fps }: OutputCell): number => sizePx ** 2 * (fps ?? 1);
  return cells.filter(({ frames }) => frames.length === 0).sort((a, b) => cost(a) - cost(b));
}

/** A cell as the clip that files are made of; null for a picture. */
export function clipOf({ pictureId, grid, kt }: Outputs, cell: OutputCell): ClipState | null {
  const { levels, sizePx, fps, frames } = cell;
  if (fps === null) return null;
  const frameCount = grid.gt * framesPerSegment(fps, kt);
  return { pictureId, levels, sizePx, fps, frameCount, frames };
}

function isSameWay(a: Omit<OutputCell, 'frames'>, b: Omit<OutputCell, 'frames'>): boolean {
  return a.levels === b.levels && a.sizePx === b.sizePx && a.fps === b.fps;
}

/** A picture's place on a sheet, in pixels. */
export interface SheetPlace {
  readonly pixels: Pixels;
  readonly x: number;
  readonly y: number;
}

/** Where the drawn cells go on one sheet, without scaling any: levels down, sizes across, `gapPx` between them. */
export function sheetOf(
  { cells }: Pick<Outputs, 'cells'>,
  gapPx: number,
): { readonly width: number; readonly height: number; readonly places: readonly SheetPlace[] } {
  const drawn = cells.flatMap((cell) =>
    cell.frames.slice(0, 1).map((pixels) => ({ cell, pixels })),
  );
  const columns = [...new Set(cells.map(({ sizePx }) => sizePx))];
  const rows = [...new Set(cells.map(({ levels }) => levels))];
  const widths = columns.map((sizePx) =>
    Math.max(0, ...drawn.map((one) => (one.cell.sizePx === sizePx ? one.pixels.width : 0))),
  );
  const heights = rows.map((levels) =>
    Math.max(0, ...drawn.map((one) => (one.cell.levels === levels ? one.pixels.height : 0))),
  );
  const start = (sides: readonly number[], index: number): number =>
    gapPx + sides.slice(0, index).reduce((sum, side) => sum + side + gapPx, 0);
  return {
    width: start(widths, widths.length),
    height: start(heights, heights.length),
    places: drawn.map(({ cell, pixels }) => ({
      pixels,
      x: start(widths, columns.indexOf(cell.sizePx)),
      y: start(heights, rows.indexOf(cell.levels)),
    })),
  };
}
