/** A grid of pictures over two of the settings: which runs it takes, and which cell shows what of them. Pure. */
import type { GenerateRequest, Pixels } from '../../contract/engine';
import type { KeptId } from '../../contract/gallery';
import { aspectOf, ASPECTS } from '../settings';
import type { Axis, AxisName } from './sweep-axis';

/** What is asked for without the sides of the grid. */
export interface SweepBase {
  readonly request: Omit<GenerateRequest, 'previews'>;
  /** Pixels of the short side. */
  readonly sizePx: number;
}

/** One picture that has to be made; cells of other levels and sizes share it. */
export interface SweepRun {
  /** Its name in the queue, and then in the gallery. */
  readonly keptId: KeptId;
  readonly request: Omit<GenerateRequest, 'previews'>;
}

/** One cell. */
export interface SweepCell {
  readonly keptId: KeptId;
  readonly levels: number;
  readonly sizePx: number;
  /** Null until it is drawn. */
  readonly pixels: Pixels | null;
}

/** A grid: `cells` row by row, `x` across, `y` down. */
export interface Sweep {
  readonly x: Axis;
  readonly y: Axis;
  readonly prompt: string;
  readonly runs: readonly SweepRun[];
  readonly cells: readonly SweepCell[];
}

/** What can be done with grids. */
export interface SweepActions {
  /** Puts the runs of a grid in the queue and draws its cells as they end. */
  readonly startSweep: (x: Axis, y: Axis) => Promise<void>;
  /** Ends the grid's runs; what is drawn stays. */
  readonly cancelSweep: () => void;
  /** Forgets a grid whose runs have ended. */
  readonly clearSweep: () => void;
  /** Shows a cell as the picture, at its level and size. */
  readonly openSweepCell: (cell: SweepCell) => Promise<void>;
}

/** The grid of two sides: one run for each seed, number of steps, guidance and shape there is. */
export function planSweep(x: Axis, y: Axis, base: SweepBase, newId: () => KeptId): Sweep {
  const runs = new Map<string, SweepRun>();
  const cells = y.values.flatMap((down) =>
    x.values.map((across): SweepCell => {
      const asked = [
        [x.name, across],
        [y.name, down],
      ] as const;
      const { request, sizePx } = asked.reduce(withValue, base);
      // The levels are those of the cell: its run has as many as any of its cells.
      const key = JSON.stringify({ ...request, levels: null });
      const run = runs.get(key) ?? { keptId: newId(), request };
      const levels = Math.max(run.request.levels, request.levels);
      runs.set(key, { ...run, request: { ...run.request, levels } });
      return { keptId: run.keptId, levels: request.levels, sizePx, pixels: null };
    }),
  );
  return { x, y, prompt: base.request.prompt, runs: [...runs.values()], cells };
}

function withValue(
  { request, sizePx }: SweepBase,
  [name, value]: readonly [AxisName, string],
): SweepBase {
  switch (name) {
    case 'steps':
      return { sizePx, request: { ...request, steps: Number(value) } };
    case 'guidance':
      return { sizePx, request: { ...request, guidance: Number(value) } };
    case 'seed':
      return { sizePx, request: { ...request, seed: value } };
    case 'levels':
      return { sizePx, request: { ...request, levels: Number(value) } };
    case 'aspect': {
      const aspect = ASPECTS.find((offered) => offered === value) ?? '1:1';
      return { sizePx, request: { ...request, aspect: aspectOf(aspect) } };
    }
    case 'size':
      return { sizePx: Number(value), request };
  }
}

/** The grid with one cell drawn. */
export function withCell(sweep: Sweep, index: number, pixels: Pixels): Sweep {
  const cells = sweep.cells.map((cell, i) => (i === index ? { ...cell, pixels } : cell));
  return { ...sweep, cells };
}

/** The rows of the grid, from the top. */
export function rowsOf({ x, cells }: Sweep): readonly (readonly SweepCell[])[] {
  const across = x.values.length;
  return Array.from({ length: cells.length / across }, (_, row) =>
    cells.slice(row * across, (row + 1) * across),
  );
}

/** Where the cells of a sheet go, in pixels: columns and rows as wide as what is in them. */
export interface SweepLayout {
  readonly width: number;
  readonly height: number;
  /** Left edges of the columns, top edges of the rows. */
  readonly columns: readonly number[];
  readonly rows: readonly number[];
}

/**
 * Lays the drawn cells out without scaling any.
 *
 * @param gapPx between cells
 * @param head room for the names of rows and columns
 */
export function layOut(
  sweep: Sweep,
  gapPx: number,
  head: { readonly leftPx: number; readonly topPx: number },
): SweepLayout {
  const rows = rowsOf(sweep);
  const most = (sides: readonly number[]): number => Math.max(0, ...sides);
  const widths = sweep.x.values.map((_, column) =>
    most(rows.map((row) => row[column]?.pixels?.width ?? 0)),
  );
  const heights = rows.map((row) => most(row.map(({ pixels }) => pixels?.height ?? 0)));
  const edges = (first: number, sides: readonly number[]): number[] =>
    sides.reduce<number[]>((all, side) => [...all, (all.at(-1) ?? 0) + side + gapPx], [first]);
  const columnEdges = edges(head.leftPx + gapPx, widths);
  const rowEdges = edges(head.topPx + gapPx, heights);
  return {
    width: columnEdges.at(-1) ?? 0,
    height: rowEdges.at(-1) ?? 0,
    columns: columnEdges.slice(0, -1),
    rows: rowEdges.slice(0, -1),
  };
}
