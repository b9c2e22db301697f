/** The levels of each patch: shared out by Algorithm 1, then changed by a brush. */
import { allocateLevels, levelsIn, type LevelBudget } from '../../contract/allocation';

/** What the brush wants. */
export interface Brushed {
  /** Added to the levels of each patch; 0 where nobody has painted. */
  readonly strokes: readonly number[];
  /** Painted levels are taken from patches that are not painted, and given back to them. */
  readonly isBudgetKept: boolean;
}

/**
 * Levels of each patch, within the bounds of the budget. With `isBudgetKept` they are as many as without strokes, unless
 * the unpainted patches are full: painted patches come first, as far as the others keep `low`.
 */
export function brushedLevels(
  complexity: readonly number[],
  budget: LevelBudget,
  { strokes, isBudgetKept }: Brushed,
): number[] {
  const { low, high } = budget;
  const even = allocateLevels(complexity, budget);
  const counts = even.map((count, i) => Math.max(low, Math.min(count + strokes[i]!, high)));
  const rest = counts.flatMap((_, patch) => (strokes[patch] === 0 ? [patch] : []));
  if (!isBudgetKept || rest.length === counts.length) return counts;
  const painted = counts.flatMap((_, patch) => (strokes[patch] === 0 ? [] : [patch]));
  const sum = (): number => painted.reduce((total, patch) => total + counts[patch]!, 0);
  const total = levelsIn(budget, counts.length);
  while (sum() > total - low * rest.length) {
    const largest = painted.reduce((a, b) => (counts[b]! > counts[a]! ? b : a));
    counts[largest]! -= 1;
  }
  if (rest.length === 0) return counts;
  const ofRest = allocateLevels(
    rest.map((patch) => complexity[patch]!),
    { low, high, average: (total - sum()) / rest.length },
  );
  rest.forEach((patch, i) => (counts[patch] = ofRest[i]!));
  return counts;
}
