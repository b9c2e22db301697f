/** Generates levels of a picture, one after another: the body of `generate` and `continuePicture`. */
import type { LevelTimings, RunTimings, StopWhen } from '../src/contract/engine';
import { patchCount } from '../src/contract/grid';
import { Denoiser } from './denoiser';
import type { Picture } from './picture';
import { isPreviewWorthIt } from './pipeline/preview-policy';
import { levelUnits, remainingMs } from './pipeline/progress';
import { levelNoise } from './pipeline/rng';
import type { SamplerStep } from './pipeline/schedule';
import type { PreviewContext } from './previews';
import { hasLiveTarget, showGuess, showLevel } from './previews';
import type { DeviceTensor } from './session-backend';
import { TensorScope } from './tensor-scope';
import { encodePrompt } from './text';

/** What the app wants of a run while it is going on. */
export interface RunControl {
  readonly isCancelled: () => boolean;
  readonly stopWhen: () => StopWhen | null;
}

/** Everything a run needs beside the picture. */
export interface RunContext extends PreviewContext {
  readonly control: RunControl;
  readonly now: () => number;
  /** Lets messages from the page arrive. */
  readonly yieldToTasks: () => Promise<void>;
}

/** How a run ended and where its time went. */
export interface RunOutcome {
  readonly status: 'finished' | 'stopped' | 'cancelled';
  readonly timings: RunTimings;
}

/** The states before and after a step. */
interface StepStates {
  readonly x: DeviceTensor;
  xNext: DeviceTensor;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

/** One run: levels `fromLevel` + 1 to `toLevel` of a picture. */
export class LevelRun {
  private readonly context: RunContext;
  private readonly picture: Picture;
  private readonly toLevel: number;
  private readonly startMs: number;
  private readonly levels: Mutable<LevelTimings>[] = [];
  private doneUnits = 0;
  private guessSpentMs = 0;
  private guessCostMs: number | null = null;

  constructor(context: RunContext, picture: Picture, toLevel: number) {
    this.context = context;
    this.picture = picture;
    this.toLevel = toLevel;
    this.startMs = context.now();
  }

  /** Runs until done, stopped or cancelled. After a cancel or an error the picture is as it was before. */
  async run(): Promise<RunOutcome> {
    const { picture } = this;
    const { emit, now, model } = this.context;
    const fromLevel = picture.levelsDone;
    const { grid, prompt, guidance } = picture.traits;
    emit({
      type: 'run-start',
      pictureId: picture.id,
      grid,
      fromLevel: fromLevel + 1,
      toLevel: this.toLevel,
    });
    let status: RunOutcome['status'] = 'cancelled';
    let textMs = 0;
    picture.context.beginRun();
    try {
      const text = await encodePrompt(model, prompt, guidance === 1 ? 1 : 2);
      textMs = now() - this.startMs;
      const { ids, truncatedTokens, unknownWords } = text.reading;
      emit({ type: 'prompt-read', tokenCount: ids.length, truncatedTokens, unknownWords });
      const denoiser = new Denoiser(model, text, grid, picture.traits);
      try {
        status = await this.runLevels(denoiser);
      } finally {
        denoiser.dispose();
        text.dispose();
      }
    } finally {
      // Not while a decode reads what goes away here.
      await this.context.decoding.run(() => {
        picture.truncate(status === 'cancelled' ? fromLevel : picture.levelsDone);
        return Promise.resolve();
      });
      picture.context.endRun();
    }
    const timings = { textMs, levels: this.levels, totalMs: now() - this.startMs };
    return { status, timings };
  }

  private async runLevels(denoiser: Denoiser): Promise<RunOutcome['status']> {
    const { control } = this.context;
    while (this.picture.levelsDone < this.toLevel) {
      const status = await this.runLevel(denoiser);
      if (status !== 'finished') return status;
      if (control.isCancelled()) return 'cancelled';
      const isLast = this.picture.levelsDone === this.toLevel;
      if (control.stopWhen() !== null && !isLast) return 'stopped';
    }
    return 'finished';
  }

  private async runLevel(denoiser: Denoiser): Promise<RunOutcome['status']> {
    const { picture } = this;
    const { emit, now, model } = this.context;
    const level = picture.levelsDone;
    const startMs = now();
    const timings = { level: level + 1, samplerMs: 0, contextMs: 0, previewMs: 0, samplerCalls: 0 };
    this.levels.push(timings);
    emit({ type: 'level-start', level: level + 1, steps: denoiser.steps.length });
    await picture.context.prepare(denoiser, level);
    await model.backend.pace();
    timings.contextMs = now() - startMs;
    const status = await this.sampleLevel(denoiser, timings);
    if (status !== 'finished') return status;
    picture.context.finishLevel(level);
    timings.previewMs += await this.measure(() => showLevel(this.context, picture));
    emit({ type: 'level-end', level: level + 1, elapsedMs: now() - startMs });
    return 'finished';
  }

  /** From noise to latents, which the picture gets; nothing is left over when it ends early. */
  private async sampleLevel(
    denoiser: Denoiser,
    timings: Mutable<LevelTimings>,
  ): Promise<RunOutcome['status']> {
    const { picture } = this;
    const { backend, manifest } = this.context.model;
    const { grid, seed } = picture.traits;
    const { latentDim } = manifest.config;
    const level = picture.levelsDone;
    const scope = new TensorScope(backend);
    try {
      let x = scope.upload(levelNoise(seed, level, grid, latentDim), [
        1,
        patchCount(grid),
        latentDim,
      ]);
      for (const step of denoiser.steps) {
        const end = await this.requestedEnd();
        if (end !== null) return end;
        const states: StepStates = { x, xNext: x };
        timings.samplerMs += await this.measure(async () => {
          states.xNext = scope.add(await picture.context.step({ denoiser, level, step, x }));
          await backend.pace();
        });
        timings.samplerCalls += 1;
        this.reportStep(denoiser, step, timings);
        await this.lookAhead(denoiser, step, { timings, states });
        picture.context.leave(level, scope.hand(x));
        x = states.xNext;
      }
      picture.latents.push(scope.hand(x));
      return 'finished';
    } finally {
      scope.dispose();
    }
  }

  private async requestedEnd(): Promise<'cancelled' | 'stopped' | null> {
    const { control, yieldToTasks } = this.context;
    await yieldToTasks();
    if (control.isCancelled()) return 'cancelled';
    return control.stopWhen() === 'now' ? 'stopped' : null;
  }

  private reportStep(denoiser: Denoiser, step: SamplerStep, { level }: LevelTimings): void {
    const { emit, now } = this.context;
    const hasContextCall = this.picture.context.mode === 'clean-context';
    const levelsLeft = this.toLevel - level;
    const stepsLeft = denoiser.steps.slice(step.index + 1);
    this.doneUnits += step.branches + (hasContextCall && step.index === 0 && level > 1 ? 2 : 0);
    const unitsLeft =
      levelUnits(stepsLeft, false) + levelsLeft * levelUnits(denoiser.steps, hasContextCall);
    const elapsedMs = now() - this.startMs;
    emit({
      type: 'step-end',
      level,
      step: step.index + 1,
      steps: denoiser.steps.length,
      elapsedMs,
      etaMs: remainingMs(elapsedMs, this.doneUnits, this.doneUnits + unitsLeft),
    });
  }

  /** Shows where the level is heading, x + (1 - t) v, while that is cheap. */
  private async lookAhead(
    denoiser: Denoiser,
    step: SamplerStep,
    { timings, states }: { timings: Mutable<LevelTimings>; states: StepStates },
  ): Promise<void> {
    if (!hasLiveTarget(this.context)) return;
    const { now, model } = this.context;
    const budget = {
      elapsedMs: now() - this.startMs,
      spentMs: this.guessSpentMs,
      costMs: this.guessCostMs,
    };
    const isLastStep = step.index === denoiser.steps.length - 1;
    if (!isPreviewWorthIt(budget, timings.samplerMs / timings.samplerCalls, isLastStep)) return;
    await model.backend.settle(); // so that the measurement is of the preview alone
    this.guessCostMs = await this.measure(async () => {
      const ratio = (1 - step.t) / step.dt;
      const guess = model.backend.extrapolate(states.x, states.xNext, ratio);
      try {
        await showGuess(this.context, this.picture, guess);
      } finally {
        model.backend.dispose(guess);
      }
    });
    this.guessSpentMs += this.guessCostMs;
    timings.previewMs += this.guessCostMs;
  }

  /** Time that a task takes, the device's part included. */
  private async measure(task: () => Promise<void>): Promise<number> {
    const { now } = this.context;
    const startMs = now();
    await task();
    return now() - startMs;
  }
}
