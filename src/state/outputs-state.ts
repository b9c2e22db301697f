/** One latent drawn in many ways: its levels down, sizes across. Pure. */
import type { Pixels } from '../contract/engine';
import type { PictureId } from '../contract/units';

/** Short sides that are drawn, in pixels. */
export const OUTPUT_SIZES_PX = [64, 128, 256, 512] as const;

/** One way to draw it. */
export interface OutputCell {
  readonly levels: number;
  readonly sizePx: number;
  /** Null until it is drawn. */
  readonly pixels: Pixels | null;
}

/** All ways, level by level. */
export interface Outputs {
  readonly pictureId: PictureId;
  readonly cells: readonly OutputCell[];
}

/** Everything that can be drawn of a picture, nothing of it yet. */
export function outputsOf(pictureId: PictureId, levelsDone: number): Outputs {
  const levels = Array.from({ length: levelsDone }, (_, index) => index + 1);
  return {
    pictureId,
    cells: levels.flatMap((level) =>
      OUTPUT_SIZES_PX.map((sizePx) => ({ levels: level, sizePx, pixels: null })),
    ),
  };
}

/** The outputs with one cell drawn. */
export function withOutput(outputs: Outputs, index: number, pixels: Pixels): Outputs {
  return {
    ...outputs,
    cells: outputs.cells.map((cell, i) => (i === index ? { ...cell, pixels } : cell)),
  };
}

/** A place on a sheet, in pixels. */
export interface SheetPlace {
  readonly cell: OutputCell;
  readonly x: number;
  readonly y: number;
}

/** Where the drawn cells go on one sheet, without scaling any: levels down, sizes across, `gapPx` between them. */
export function sheetOf(
  { cells }: Outputs,
  gapPx: number,
): { readonly width: number; readonly height: number; readonly places: readonly SheetPlace[] } {
  const columns = [...new Set(cells.map(({ sizePx }) => sizePx))];
  const rows = [...new Set(cells.map(({ levels }) => levels))];
  const largest = (of: (pixels: Pixels) => number, among: readonly OutputCell[]): number =>
    Math.max(0, ...among.map(({ pixels }) => (pixels ? of(pixels) : 0)));
  const widths = columns.map((sizePx) =>
    largest(
      (pixels) => pixels.width,
      cells.filter((cell) => cell.sizePx === sizePx),
    ),
  );
  const heights = rows.map((levels) =>
    largest(
      (pixels) => pixels.height,
      cells.filter((cell) => cell.levels === levels),
    ),
  );
  const start = (sides: readonly number[], index: number): number =>
    gapPx + sides.slice(0, index).reduce((sum, side) => sum + side + gapPx, 0);
  return {
    width: start(widths, widths.length),
    height: start(heights, heights.length),
    places: cells
      .filter(({ pixels }) => pixels !== null)
      .map((cell) => ({
        cell,
        x: start(widths, columns.indexOf(cell.sizePx)),
        y: start(heights, rows.indexOf(cell.levels)),
      })),
  };
}
