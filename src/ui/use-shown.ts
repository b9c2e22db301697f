import type { StudioState } from '../state/studio-state';
import { LIVE_CANVAS, MAIN_CANVAS } from '../state/run-state';
import { useStudio } from './studio-context';
import { useShallow } from 'zustand/react/shallow';

/** What the stage shows now. */
export interface Shown {
  readonly canvasId: typeof MAIN_CANVAS | typeof LIVE_CANVAS;
  readonly prompt: string;
  readonly levels: number;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Time of the redecode; null for the preview of a run. */
  readonly elapsedMs: number | null;
}

/** What the stage shows: a growing picture, or a redecoded one; null while there is neither. */
export function useShown(): Shown | null {
  return useStudio(useShallow(selectShown));
}

function selectShown({
  run,
  picture,
  drawn,
  isLookingBack,
  lastPreview,
}: StudioState): Shown | null {
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
