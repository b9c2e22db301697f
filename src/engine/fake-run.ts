/** A run of the fake engine: the events of a real one, at a chosen speed. */
import type {
  PreviewTarget,
  PromptReading,
  RunEvent,
  RunResult,
  StopWhen,
} from '../contract/engine';
import type { CancelSignal, CanvasHandle } from '../contract/platform';
import { fakePixels, fakePoster } from './fake-pixels';
import { paintPixels } from './fake-canvas';
import { FAKE_MANIFEST } from './fake-manifest';
import type { FakePicture } from './fake-picture';

/** What a fake run needs. */
export interface FakeRun {
  readonly picture: FakePicture;
  readonly toLevel: number;
  readonly stepMs: number;
  readonly previews: readonly PreviewTarget[];
  readonly canvases: ReadonlyMap<string, CanvasHandle>;
  readonly signal: CancelSignal | null;
  readonly stopWhen: () => StopWhen | null;
  readonly onStep: () => void;
  readonly onEvent: (event: RunEvent) => void;
}

/** A look ahead after every this many steps. */
const STEPS_PER_PREVIEW = 5;

/** A word is a token; letters that are not Latin are unknown. */
export function readFakePrompt(prompt: string): PromptReading {
  const words = prompt.split(/\s+/).filter((word) => word !== '');
  const { maxTextTokens } = FAKE_MANIFEST.config;
  return {
    tokenCount: Math.min(maxTextTokens, Math.max(1, words.length)),
    truncatedTokens: Math.max(0, words.length - maxTextTokens),
    unknownWords: words.filter((word) => /[^\p{Script=Latin}\p{N}\p{P}]/u.test(word)),
  };
}

/** Runs until done, stopped or cancelled; a cancelled run leaves the picture as it was. */
export async function runFake(run: FakeRun): Promise<RunResult> {
  const { picture, toLevel, stepMs, onEvent } = run;
  const { grid, prompt } = picture.traits;
  const fromLevel = picture.levelsDone + 1;
  onEvent({ type: 'run-start', pictureId: picture.id, grid, fromLevel, toLevel });
  onEvent({ type: 'prompt-read', ...readFakePrompt(prompt) });
  let stepsDone = 0;
  let end: 'stopped' | 'cancelled' | null = null;
  while (end === null && picture.levelsDone < toLevel) {
    const level = await runLevel(run, stepsDone);
    stepsDone += level.steps;
    end = level.end;
    if (end === null && run.stopWhen() !== null && picture.levelsDone < toLevel) end = 'stopped';
  }
  const status = end ?? 'finished';
  if (status === 'cancelled') picture.levelsDone = fromLevel - 1;
  onEvent({ type: 'run-end', status });
  if (status === 'cancelled') return { status };
  const { levelsDone } = picture;
  const timings = {
    textMs: 0,
    levels: Array.from({ length: levelsDone - fromLevel + 1 }, (_, i) => ({
      level: fromLevel + i,
      samplerMs: picture.traits.steps * stepMs,
      contextMs: 0,
      previewMs: 0,
      samplerCalls: picture.traits.steps,
    })),
    totalMs: stepsDone * stepMs,
  };
  if (status === 'finished') return { status, pictureId: picture.id, levelsDone, timings };
  return { status, pictureId: levelsDone === 0 ? null : picture.id, levelsDone, timings };
}

async function runLevel(
  run: FakeRun,
  stepsBefore: number,
): Promise<{ readonly steps: number; readonly end: 'stopped' | 'cancelled' | null }> {
  const { picture, toLevel, stepMs, onEvent, onStep } = run;
  const { steps } = picture.traits;
  const level = picture.levelsDone + 1;
  onEvent({ type: 'level-start', level, steps });
  for (let step = 1; step <= steps; step += 1) {
    await new Promise((resolve) => setTimeout(resolve, stepMs));
    if (run.signal?.aborted === true) return { steps: step - 1, end: 'cancelled' };
    if (run.stopWhen() === 'now') return { steps: step - 1, end: 'stopped' };
    onStep();
    const elapsedMs = (stepsBefore + step) * stepMs;
    const etaMs = ((toLevel - level + 1) * steps - step) * stepMs;
    onEvent({ type: 'step-end', level, step, steps, elapsedMs, etaMs });
    if (step % STEPS_PER_PREVIEW === 0 && step < steps) show(run, level, step / steps);
  }
  picture.levelsDone = level;
  show(run, level, 1);
  onEvent({ type: 'level-end', level, elapsedMs: steps * stepMs });
  return { steps, end: null };
}

function show(run: FakeRun, level: number, sharpness: number): void {
  const isLevelFinished = sharpness === 1;
  for (const { canvasId, sizePx, onlyLevel } of run.previews) {
    const canvas = run.canvases.get(canvasId);
    const isWanted = onlyLevel === undefined || (isLevelFinished && onlyLevel === level);
    if (canvas === undefined || !isWanted) continue;
    const pixels = fakePixels(run.picture.traits, level, sizePx, {
      sharpness,
      ...fakePoster(run.picture.traits),
    });
    paintPixels(canvas, pixels);
    const size = { widthPx: pixels.width, heightPx: pixels.height };
    run.onEvent({ type: 'preview-ready', canvasId, level, isLevelFinished, ...size });
  }
}
