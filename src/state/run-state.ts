/** A run of the sampler as the page follows it. Pure reducers over the engine's run events. */
import type { PromptReading, RunEvent, StopWhen } from '../contract/engine';
import type { Grid, SizePx } from '../contract/grid';
import type { KeptId } from '../contract/gallery';
import type { PictureId } from '../contract/units';

/** The canvas that a growing picture is drawn on by its run. */
export const LIVE_CANVAS = 'live';

/** The canvas that redecodes are drawn on: a finished picture, or finished levels of a growing one. */
export const MAIN_CANVAS = 'main';

/** The canvas of a level's thumbnail. */
export function thumbnailCanvas(level: number): string {
  return `level-${level}`;
}

/** A run at work. */
export interface RunState {
  readonly kind: 'generate' | 'continue';
  /** Known when the run has started. */
  readonly pictureId: PictureId | null;
  /** Its name in the gallery. */
  readonly keptId: KeptId;
  readonly prompt: string;
  readonly seed: string;
  /** Known when the run has started. */
  readonly grid: Grid | null;
  readonly fromLevel: number;
  readonly toLevel: number;
  /** The level at work; 0 before the first. */
  readonly level: number;
  /** Steps done in that level. */
  readonly step: number;
  readonly steps: number;
  /** Highest level that is finished; what a stop would keep. */
  readonly levelsDone: number;
  /** Estimated time left for the whole run. */
  readonly etaMs: number | null;
  readonly prompted: PromptReading | null;
  /** What the live canvas holds. */
  readonly preview: RunPreview | null;
  /** A stop was asked for. */
  readonly stopWhen: StopWhen | null;
  readonly isCancelling: boolean;
}

/** What the live canvas holds of a run. */
export interface RunPreview extends SizePx {
  readonly level: number;
  readonly isLevelFinished: boolean;
}

/** What a run is started with. */
export type RunStart = Pick<
  RunState,
  'kind' | 'keptId' | 'prompt' | 'seed' | 'grid' | 'fromLevel' | 'toLevel' | 'levelsDone'
>;

/** A run that has just been asked for. */
export function startRun(start: RunStart): RunState {
  return {
    ...start,
    pictureId: null,
    level: 0,
    step: 0,
    steps: 0,
    etaMs: null,
    prompted: null,
    preview: null,
    stopWhen: null,
    isCancelling: false,
  };
}

/** The run after one more event. */
export function reduceRun(run: RunState, event: RunEvent): RunState {
  switch (event.type) {
    case 'run-start': {
      const { pictureId, grid, fromLevel, toLevel } = event;
      return { ...run, pictureId, grid, fromLevel, toLevel };
    }
    case 'prompt-read': {
      const { tokenCount, truncatedTokens, unknownWords } = event;
      return { ...run, prompted: { tokenCount, truncatedTokens, unknownWords } };
    }
    case 'level-start':
      return { ...run, level: event.level, step: 0, steps: event.steps };
    case 'step-end':
      return {
        ...run,
        level: event.level,
        step: event.step,
        steps: event.steps,
        etaMs: event.etaMs,
      };
    case 'preview-ready': {
      if (event.canvasId !== LIVE_CANVAS) return run;
      const { level, isLevelFinished, widthPx, heightPx } = event;
      return { ...run, preview: { level, isLevelFinished, widthPx, heightPx } };
    }
    case 'level-end':
      return { ...run, levelsDone: Math.max(run.levelsDone, event.level) };
    case 'cache-dropped':
    case 'run-end':
      return run;
  }
}

/** Part of the run that is done, 0 to 1; every level counts the same. */
export function runFraction(run: RunState): number {
  const levels = run.toLevel - run.fromLevel + 1;
  const before = Math.max(0, run.level - run.fromLevel);
  const inside = run.steps > 0 ? run.step / run.steps : 0;
  return levels > 0 ? Math.min(1, (before + inside) / levels) : 0;
}
