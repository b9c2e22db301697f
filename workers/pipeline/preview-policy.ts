/** When a look ahead from inside a level is worth its time. */

/** The most of a run's time that looks ahead may take. */
export const PREVIEW_SHARE = 0.15;

/** What a run has measured of its previews so far. */
export interface PreviewBudget {
  /** Time since the run started. */
  readonly elapsedMs: number;
  /** The part of it that previews inside levels took. */
  readonly spentMs: number;
  /** What one preview costs: the latest measurement, or null before the first one. */
  readonly costMs: number | null;
}

/** The cost to assume before a preview was measured: that of two steps. */
const STEPS_PER_UNKNOWN_PREVIEW = 2;

/**
 * Whether to decode a preview after this step, so that all previews together stay below PREVIEW_SHARE of the run.
 *
 * @param stepMs mean time of a step so far
 * @param isLastStep the finished level is shown right after it, so a look ahead is not
 */
export function isPreviewWorthIt(
  budget: PreviewBudget,
  stepMs: number,
  isLastStep: boolean,
): boolean {
  if (isLastStep) return false;
  const costMs = budget.costMs ?? STEPS_PER_UNKNOWN_PREVIEW * stepMs;
  return budget.spentMs + costMs < PREVIEW_SHARE * (budget.elapsedMs + costMs);
}
