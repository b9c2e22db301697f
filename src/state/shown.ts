/** What the stage shows now. Pure. */
import type { SizePx } from '../contract/grid';
import { LIVE_CANVAS, MAIN_CANVAS } from './run-state';
import type { StudioData } from './studio-state';
import { clampZoom, fitOf, type Zoom } from './zoom';

/** A picture on the stage. */
export interface Shown extends SizePx {
  readonly canvasId: typeof MAIN_CANVAS | typeof LIVE_CANVAS;
  readonly prompt: string;
  readonly levels: number;
  /** Time of the redecode; null for the preview of a run. */
  readonly elapsedMs: number | null;
}

/** A growing picture, or a redecoded one; null while there is neither. */
export function shownOf(data: StudioData): Shown | null {
  const { run, picture, drawn, isLookingBack, lastPreview } = data;
  const preview = run ? run.preview : lastPreview;
  if (preview && !isLookingBack) {
    const { level, widthPx, heightPx } = preview;
    const prompt = run?.prompt ?? picture?.prompt ?? '';
    return { canvasId: LIVE_CANVAS, prompt, levels: level, widthPx, heightPx, elapsedMs: null };
  }
  const viewed = isLookingBack ? run : picture;
  if (!viewed || drawn?.pictureId !== viewed.pictureId) return null;
  const { levels, widthPx, heightPx, elapsedMs } = drawn;
  return { canvasId: MAIN_CANVAS, prompt: viewed.prompt, levels, widthPx, heightPx, elapsedMs };
}

/** The zoom as it is shown: within the pane, whatever the picture. */
export function shownZoom(data: StudioData): Zoom {
  const { zoom, viewport } = data;
  const shown = shownOf(data);
  return viewport && shown ? clampZoom(zoom, viewport, fitOf(viewport, shown)) : zoom;
}
