/** Sharp tiles: the patches in view, drawn as densely as the screen shows them, over the picture. Pure. */
import type { DecodeRequest } from '../contract/engine';
import type { Grid } from '../contract/grid';
import type { PictureId } from '../contract/units';

/** The picture itself, or the view that it is compared with. */
export const TILE_SIDES = ['shown', 'pinned'] as const;

/** One of them. */
export type TileSide = (typeof TILE_SIDES)[number];

/** The two canvases of a side: one is seen while the other is drawn. */
export function tileCanvases(side: TileSide): readonly [string, string] {
  return [`${side}-tile-1`, `${side}-tile-2`];
}

/** Which patches of which picture, and how densely. */
export interface TileRequest extends Required<
  Pick<DecodeRequest, 'levels' | 'sizePx' | 'patches'>
> {
  readonly pictureId: PictureId;
  readonly grid: Grid;
  readonly frame: DecodeRequest['frame'] | null;
}

/** A tile that is drawn. */
export interface Tile extends TileRequest {
  readonly canvasId: string;
}

/** The tile of each side, if there is one. */
export type Tiles = Readonly<Record<TileSide, Tile | null>>;

/** Whether a drawn tile is of what is shown: the same picture, detail and frame, anywhere in it. */
export function isOfView(tile: Tile, wanted: TileRequest): boolean {
  return (
    tile.pictureId === wanted.pictureId &&
    tile.levels === wanted.levels &&
    tile.frame?.index === wanted.frame?.index &&
    tile.frame?.fps === wanted.frame?.fps
  );
}

/** Whether two requests ask for the same pixels. */
export function isSameTile(a: TileRequest | null, b: TileRequest | null): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Where a tile lies on the picture, in shares of it. */
export function tilePlace({ patches, grid }: Pick<TileRequest, 'patches' | 'grid'>) {
  const { fromRow, toRow, fromColumn, toColumn } = patches;
  const percent = (count: number, of: number): string => `${(100 * count) / of}%`;
  return {
    left: percent(fromColumn, grid.gw),
    top: percent(fromRow, grid.gh),
    width: percent(toColumn - fromColumn, grid.gw),
    height: percent(toRow - fromRow, grid.gh),
  };
}
