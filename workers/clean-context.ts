/** The clean context of docs/graphs.md: one more call per finished level, at t = 1, makes its keys and values. */
import type { ContextCache, LevelStep } from './context-cache';
import { disposeMap, mapBytes } from './context-cache';
import type { Denoiser } from './denoiser';
import type { MemoryBudget } from './memory-budget';
import type { DeviceTensor, SessionBackend, TensorMap } from './session-backend';

/** What a clean-context cache is made of. */
export interface CleanContextOptions {
  readonly backend: SessionBackend;
  readonly budget: MemoryBudget;
  /** The picture's finished latents, lowest level first; read when they are needed. */
  readonly latents: readonly DeviceTensor[];
}

/** Keeps the context of the highest level that was asked for; it contains those of the levels below. */
export class CleanContextCache implements ContextCache {
  readonly mode = 'clean-context';
  readonly consequence = 'Continuing this picture first repeats one call per finished level.';
  private readonly backend: SessionBackend;
  private readonly budget: MemoryBudget;
  private readonly latents: readonly DeviceTensor[];
  /** Context of the levels below `level`. */
  private kept: { readonly level: number; readonly tensors: TensorMap } | null = null;
  private claimedBytes = 0;
  private isRunning = false;

  constructor(options: CleanContextOptions) {
    this.backend = options.backend;
    this.budget = options.budget;
    this.latents = options.latents;
  }

  async prepare(denoiser: Denoiser, level: number): Promise<void> {
    if (this.kept !== null && this.kept.level > level) this.dropCaches();
    for (let from = this.kept?.level ?? 0; from < level; from += 1) {
      const tensors = await denoiser.context({
        span: { from, count: 1 },
        step: denoiser.cleanStep,
        x: this.latents[from]!,
        context: this.kept?.tensors ?? null,
      });
      this.dropCaches();
      this.kept = { level: from + 1, tensors };
      const bytes = mapBytes(tensors);
      if (this.budget.claim(this, bytes)) this.claimedBytes = bytes;
    }
  }

  step({ denoiser, level, step, x }: LevelStep): Promise<DeviceTensor> {
    const context = level === 0 ? null : this.contextOf(level);
    return denoiser.step({ span: { from: level, count: 1 }, step, x, context });
  }

  leave(_level: number, x: DeviceTensor): void {
    this.backend.dispose(x);
  }

  finishLevel(): void {
    // The context is made when the next level asks for it: the last level never needs one.
  }

  truncate(levels: number): void {
    if (this.kept !== null && this.kept.level > levels) this.dropCaches();
  }

  trajectory(): null {
    return null;
  }

  beginRun(): void {
    this.isRunning = true;
  }

  endRun(): void {
    this.isRunning = false;
    if (this.kept !== null && this.claimedBytes === 0) {
      const bytes = mapBytes(this.kept.tensors);
      this.dropCaches();
      this.budget.reportDrop(this, bytes);
    }
  }

  isInUse(): boolean {
    return this.isRunning;
  }

  dropCaches(): void {
    if (this.kept === null) return;
    disposeMap(this.backend, this.kept.tensors);
    this.kept = null;
    this.budget.release(this, this.claimedBytes);
    this.claimedBytes = 0;
  }

  dispose(): void {
    this.dropCaches();
  }

  private contextOf(level: number): TensorMap {
    if (this.kept?.level !== level)
      throw new Error(`the context of level ${level} is not prepared`);
    return this.kept.tensors;
  }
}
