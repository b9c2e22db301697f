/** How long a run will still take, from the steps it has done. */
import type { SamplerStep } from './schedule';

/** Branch evaluations of one level: a guided step costs two, its context call as many as the last step. */
export function levelUnits(steps: readonly SamplerStep[], hasContextCall: boolean): number {
  const units = steps.reduce((sum, step) => sum + step.branches, 0);
  return units + (hasContextCall ? (steps.at(-1)?.branches ?? 0) : 0);
}

/** Time left, if the units still to do take as long as the units done. 0 before the first one is done. */
export function remainingMs(elapsedMs: number, doneUnits: number, totalUnits: number): number {
  if (doneUnits === 0) return 0;
  return (elapsedMs / doneUnits) * Math.max(0, totalUnits - doneUnits);
}
