/**
 * What a level sees of the finished levels below it: their keys and values, in one of two schemes behind one interface.
 *
 * Clean context (clean-context.ts): made once per finished level from its latents. Sync, the paper's (sync-context.ts):
 * the keys and values of the same sampler step. Either can be dropped and made again, exactly, from what a picture keeps.
 */
import type { ContextMode } from '../src/contract/engine';
import type { Denoiser } from './denoiser';
import type { CacheOwner } from './memory-budget';
import type { SamplerStep } from './pipeline/schedule';
import type { DeviceTensor, SessionBackend, TensorMap } from './session-backend';

/** One sampler step of one level. */
export interface LevelStep {
  readonly denoiser: Denoiser;
  /** Counted from 0. */
  readonly level: number;
  readonly step: SamplerStep;
  /** State before the step, (1, P, d); borrowed. */
  readonly x: DeviceTensor;
}

/** The context of one picture, and the keeping of it. */
export interface ContextCache extends CacheOwner {
  readonly mode: ContextMode;
  /** Before the steps of a run: makes ready what the steps of `level` will need. */
  prepare(denoiser: Denoiser, level: number): Promise<void>;
  /** Runs one step and gives the state after it; the caller owns that. */
  step(levelStep: LevelStep): Promise<DeviceTensor>;
  /** Takes over the state before a step, once nobody else needs it. */
  leave(level: number, x: DeviceTensor): void;
  /** After the last step: the level belongs to the picture now. */
  finishLevel(level: number): void;
  /** Forgets all levels from `levels` on, and whatever a broken-off level left behind. */
  truncate(levels: number): void;
  /** States before each step, level by level, where the scheme keeps them. */
  trajectory(): readonly (readonly DeviceTensor[])[] | null;
  beginRun(): void;
  /** Drops what the memory budget does not allow to keep. */
  endRun(): void;
  dispose(): void;
}

/** Total size of the tensors of a map. */
export function mapBytes(map: TensorMap): number {
  return Object.values(map).reduce((sum, tensor) => sum + tensor.sizeBytes, 0);
}

/** Disposes of all tensors of a map. */
export function disposeMap(backend: SessionBackend, map: TensorMap): void {
  Object.values(map).forEach((tensor) => backend.dispose(tensor));
}

/** The map with other names. */
export function renamed(map: TensorMap, rename: (name: string) => string): TensorMap {
  return Object.fromEntries(Object.entries(map).map(([name, tensor]) => [rename(name), tensor]));
}

/** The map with other tensors. */
export function mapTensors(
  map: TensorMap,
  change: (tensor: DeviceTensor) => DeviceTensor,
): TensorMap {
  return Object.fromEntries(Object.entries(map).map(([name, tensor]) => [name, change(tensor)]));
}
