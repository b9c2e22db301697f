import type { StudioState } from '../state/studio-state';
import { useStudio } from './studio-context';
import { useShallow } from 'zustand/react/shallow';

/** What the main canvas shows now. */
export interface Shown {
  readonly prompt: string;
  readonly levels: number;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly elapsedMs: number | null;
}

/** What the main canvas shows: a run's latest preview, or the kept picture; null while there is neither. */
export function useShown(): Shown | null {
  return useStudio(useShallow(selectShown));
}

function selectShown({ run, picture, drawn }: StudioState): Shown | null {
  if (run?.preview) {
    const { level, widthPx, heightPx } = run.preview;
    return { prompt: run.prompt, levels: level, widthPx, heightPx, elapsedMs: null };
  }
  // The canvas keeps the earlier picture until the new one has something to show.
  if (!picture || !drawn) return null;
  const { levels, widthPx, heightPx, elapsedMs } = drawn;
  return { prompt: picture.prompt, levels, widthPx, heightPx, elapsedMs };
}
