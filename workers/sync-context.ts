/**
 * The paper's context (Sec. 3.2; spec 5.1): a level at step s sees the keys and values that the lower levels had at the
 * same step s. They are kept per step while the memory budget allows it. The states before each step are always kept
 * (1/60 of the size): from them the keys and values are computed again, by the same calls, to the same bits.
 */
import type { ContextCache, LevelStep } from './context-cache';
import { disposeMap, mapBytes } from './context-cache';
import type { Denoiser } from './denoiser';
import type { MemoryBudget } from './memory-budget';
import type { SamplerStep } from './pipeline/schedule';
import type { DeviceTensor, SessionBackend, TensorMap } from './session-backend';

/** What a sync cache is made of. */
export interface SyncContextOptions {
  readonly backend: SessionBackend;
  readonly budget: MemoryBudget;
  /** n, the levels of the model: the last one is nobody's context. */
  readonly modelLevels: number;
  /** States of levels that are finished already; taken over. */
  readonly trajectory: readonly (readonly DeviceTensor[])[];
}

/** Keys and values by step, and their size. */
interface StepContexts {
  readonly steps: TensorMap[];
  bytes: number;
}

/** Keeps keys and values of every step of the highest finished level; they contain those of the levels below. */
export class SyncContextCache implements ContextCache {
  readonly mode = 'sync';
  readonly consequence = 'Each further level first repeats the steps of the levels below it.';
  private readonly backend: SessionBackend;
  private readonly budget: MemoryBudget;
  private readonly modelLevels: number;
  private readonly states: DeviceTensor[][];
  /** Contexts of the levels below `level`; null when dropped, or before the first level. */
  private kept: (StepContexts & { readonly level: number }) | null = null;
  /** Contexts that the level at work adds; null once there is no room for them. */
  private pending: StepContexts | null = null;
  private isRunning = false;

  constructor(options: SyncContextOptions) {
    this.backend = options.backend;
    this.budget = options.budget;
    this.modelLevels = options.modelLevels;
    this.states = options.trajectory.map((level) => [...level]);
  }

  prepare(_denoiser: Denoiser, level: number): Promise<void> {
    this.truncate(level);
    this.pending = level < this.modelLevels - 1 ? { steps: [], bytes: 0 } : null;
    return Promise.resolve();
  }

  async step(levelStep: LevelStep): Promise<DeviceTensor> {
    const { denoiser, level, step, x } = levelStep;
    const isKept = this.kept?.level === level;
    const context =
      level === 0 ? null : isKept ? this.kept!.steps[step.index]! : await this.replay(levelStep);
    try {
      const call = { span: { from: level, count: 1 }, step, x, context };
      if (this.pending === null) return await denoiser.step(call);
      const { xNext, context: next } = await denoiser.stepWithContext(call);
      this.keep(next);
      return xNext;
    } finally {
      if (context !== null && !isKept) disposeMap(this.backend, context);
    }
  }

  leave(level: number, x: DeviceTensor): void {
    (this.states[level] ??= []).push(x);
  }

  finishLevel(level: number): void {
    const { pending } = this;
    this.pending = null;
    this.dropKept();
    if (pending !== null) this.kept = { ...pending, level: level + 1 };
  }

  truncate(levels: number): void {
    this.dropPending();
    if (this.kept !== null && this.kept.level > levels) this.dropKept();
    this.states
      .splice(levels)
      .flat()
      .forEach((state) => this.backend.dispose(state));
  }

  trajectory(): readonly (readonly DeviceTensor[])[] {
    return this.states;
  }

  beginRun(): void {
    this.isRunning = true;
  }

  endRun(): void {
    this.isRunning = false;
  }

  isInUse(): boolean {
    return this.isRunning;
  }

  dropCaches(): void {
    this.dropPending();
    this.dropKept();
  }

  dispose(): void {
    this.truncate(0);
  }

  /** Computes the context of one step again from the states of the lower levels at that step. */
  private async replay({ denoiser, level, step }: LevelStep): Promise<TensorMap> {
    let context = await this.replayLevel(denoiser, step, { level: 0, context: null });
    for (let lower = 1; lower < level; lower += 1) {
      const below = context;
      try {
        context = await this.replayLevel(denoiser, step, { level: lower, context: below });
      } finally {
        disposeMap(this.backend, below);
      }
    }
    return context;
  }

  private replayLevel(
    denoiser: Denoiser,
    step: SamplerStep,
    lower: { readonly level: number; readonly context: TensorMap | null },
  ): Promise<TensorMap> {
    const x = this.states[lower.level]?.[step.index];
    if (x === undefined) throw new Error(`no state of level ${lower.level}, step ${step.index}`);
    const span = { from: lower.level, count: 1 };
    return denoiser.context({ span, step, x, context: lower.context });
  }

  /** Adds the context of one more step, or gives up keeping them if the budget says so. */
  private keep(context: TensorMap): void {
    const { pending } = this;
    const bytes = mapBytes(context);
    if (pending !== null && this.budget.claim(this, bytes)) {
      pending.steps.push(context);
      pending.bytes += bytes;
      return;
    }
    disposeMap(this.backend, context);
    const freedBytes = bytes + (pending?.bytes ?? 0);
    this.dropPending();
    this.budget.reportDrop(this, freedBytes);
  }

  private dropPending(): void {
    if (this.pending !== null) this.drop(this.pending);
    this.pending = null;
  }

  private dropKept(): void {
    if (this.kept !== null) this.drop(this.kept);
    this.kept = null;
  }

  private drop(contexts: StepContexts): void {
    contexts.steps.forEach((context) => disposeMap(this.backend, context));
    this.budget.release(this, contexts.bytes);
  }
}
