/** Zooming and panning, and the sharp tiles that follow when the picture is still. */
import { isEngineError } from '../contract/engine-error';
import { failureOf } from './failure';
import { createLatestOnly } from './latest-only';
import { shownOf, shownZoom } from './shown';
import type { StudioActions, StudioContext } from './studio-state';
import {
  isOfView,
  isSameTile,
  TILE_SIDES,
  tileCanvases,
  type Tile,
  type TileRequest,
  type TileSide,
} from './tile';
import { wantedTile } from './wanted-tile';
import { clampZoom, FIT, fitOf, panned, patchesIn, zoomedTo, type Zoom } from './zoom';

/** What one press of a button or a key zooms by. */
const ZOOM_STEP = 1.5;
/** A picture that has not moved for this long is still. */
const STILL_MS = 150;
const MIDDLE = { xPx: 0, yPx: 0 } as const;

/** The actions on the zoom. */
export function createZoomActions({
  get,
  set,
}: StudioContext): Pick<
  StudioActions,
  'setViewport' | 'zoomTo' | 'zoomIn' | 'zoomOut' | 'zoomFit' | 'zoomActual' | 'panBy'
> {
  const change = (next: (zoom: Zoom, fit: ReturnType<typeof fitOf>) => Zoom): void => {
    const { viewport } = get();
    const shown = shownOf(get());
    if (!viewport || !shown) return;
    const fit = fitOf(viewport, shown);
    set({ zoom: clampZoom(next(shownZoom(get()), fit), viewport, fit) });
  };
  const zoomTo: StudioActions['zoomTo'] = (scale, at = MIDDLE) =>
    change((zoom, fit) => zoomedTo(zoom, scale, at, fit));
  return {
    setViewport: (viewport) => set({ viewport }),
    zoomTo,
    zoomIn: () => zoomTo(get().zoom.scale * ZOOM_STEP),
    zoomOut: () => {
      const { scale } = get().zoom;
      zoomTo(Math.max(Math.min(1, scale), scale / ZOOM_STEP));
    },
    zoomFit: () => set({ zoom: FIT }),
    zoomActual: () =>
      change((zoom, fit) => {
        const scale = (shownOf(get())?.widthPx ?? fit.widthPx) / fit.widthPx;
        return zoomedTo(zoom, scale, MIDDLE, fit);
      }),
    panBy: (by) => change((zoom, fit) => panned(zoom, by, fit)),
  };
}

/** Keeps the tiles in step with the rest of the state. */
export interface TileKeeper {
  /** To be called after every change. */
  readonly refresh: () => void;
  /** A canvas is there, with nothing on it. */
  readonly attached: (canvasId: string) => void;
}

/** Draws tiles, each side for itself. */
export function createTileKeeper(context: StudioContext): TileKeeper {
  const sides = TILE_SIDES.map((side) => createSide(context, side));
  return {
    refresh: () => sides.forEach((side) => side.refresh()),
    attached: (canvasId) => sides.forEach((side) => side.attached(canvasId)),
  };
}

function createSide(context: StudioContext, side: TileSide): TileKeeper {
  const { get, set } = context;
  const canvases = tileCanvases(side);
  const ready = new Set<string>();
  let asked: TileRequest | null = null;
  let askedAt: Zoom | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const latest = createLatestOnly<TileRequest>((request, signal) =>
    draw(context, { side, request }, signal),
  );
  const wait = (request: TileRequest | null): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (request === null) return;
    timer = setTimeout(() => {
      timer = null;
      latest.request(request);
    }, STILL_MS);
  };
  const setTile = (tile: Tile | null): void => set({ tiles: { ...get().tiles, [side]: tile } });

  function refresh(): void {
    const wanted = canvases.every((id) => ready.has(id)) ? wantedTile(get(), side) : null;
    const { zoom } = get();
    const hasMoved = zoom !== askedAt;
    askedAt = zoom;
    if (isSameTile(wanted, asked)) {
      if (hasMoved && timer !== null) wait(wanted); // not still yet
      return;
    }
    asked = wanted;
    latest.cancel();
    wait(wanted);
    const tile = get().tiles[side];
    if (tile && (!wanted || !isOfView(tile, wanted))) setTile(null);
  }

  return {
    refresh,
    attached(canvasId) {
      if (!canvases.includes(canvasId)) return;
      ready.add(canvasId);
      asked = null;
      if (get().tiles[side]) setTile(null);
      refresh();
    },
  };
}

/** Draws on the canvas that is not seen, and then shows that one. */
async function draw(
  { engine, get, set }: StudioContext,
  { side, request }: { readonly side: TileSide; readonly request: TileRequest },
  signal: AbortSignal,
): Promise<void> {
  const [first, second] = tileCanvases(side);
  const canvasId = get().tiles[side]?.canvasId === first ? second : first;
  const { pictureId, levels, sizePx, patches, grid, frame } = request;
  const asked = { canvasId, levels, sizePx, patches, ...(frame && { frame }) };
  try {
    const result = await engine.decode(pictureId, asked, signal);
    if (result.status === 'cancelled' || signal.aborted) return;
    set({ tiles: { ...get().tiles, [side]: { ...request, canvasId } } });
    if (side !== 'shown') return;
    const patchPx = sizePx / Math.min(grid.gh, grid.gw);
    const counts = { patches: patchesIn(patches), of: grid.gh * grid.gw, patchPx };
    set({ announcement: { type: 'tile-drawn', ...counts } });
  } catch (error) {
    // The picture is there without it; one that has gone away meanwhile needs none.
    if (signal.aborted || isEngineError(error, 'Cancelled')) return;
    if (isEngineError(error, 'PictureNotFound')) return;
    const failure = failureOf(error, 'show');
    set({ failure, announcement: { type: 'failed', failure } });
  }
}
