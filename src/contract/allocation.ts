/**
 * How many levels each patch gets: more where there is more to tell, at a given average (paper Algorithm 1, 6.4). Twin of
 * training/dcs/allocation.py, held to it by training/tests/golden/allocation.json. A picture is encoded with its counts:
 * they change its latents.
 */

/** What levels may be given. */
export interface LevelBudget {
  /** Levels a patch on average, `low` or more. */
  readonly average: number;
  /** The least and the most that a patch may get. */
  readonly low: number;
  readonly high: number;
}

const ADJUSTMENTS = 10;
const THETA_1 = 0.995;
const THETA_2 = 0.999;
/** Against the last bit of averages that give whole numbers of levels. */
const ROUNDING = 1e-9;

/** Levels of all patches together, at most. */
export function levelsIn({ average, low, high }: LevelBudget, patches: number): number {
  return Math.min(
    high * patches,
    Math.max(low * patches, Math.floor(average * patches + ROUNDING)),
  );
}

/**
 * Algorithm 1, and our filling up: what it leaves of the budget goes to the patches that were rounded down most.
 *
 * @param complexity how much each patch has to tell, in any unit
 * @returns counts, `low` to `high`; more complex patches never get fewer, and together they have all levels of the budget
 */
export function allocateLevels(complexity: readonly number[], budget: LevelBudget): number[] {
  const { low, high } = budget;
  const total = levelsIn(budget, complexity.length);
  let wanted = closestScale(normalised(complexity, budget), budget.average);
  const rounded = (): number[] =>
    wanted.map((value) => Math.max(low, Math.min(round(value), high)));
  let counts = rounded();
  while (sum(counts) > total) {
    wanted = wanted.map((value) => THETA_2 * value);
    counts = rounded();
  }
  for (let left = total - sum(counts); left > 0; left -= 1) {
    let most = -1;
    counts.forEach((count, patch) => {
      const isBetter = most === -1 || wanted[patch]! - count > wanted[most]! - counts[most]!;
      if (count < high && isBetter) most = patch;
    });
    counts[most]! += 1;
  }
  return counts;
}

/** To [low, high]; all `low` if every patch is equal. */
function normalised(complexity: readonly number[], { low, high }: LevelBudget): number[] {
  const least = complexity.reduce((a, b) => Math.min(a, b), Infinity);
  const most = complexity.reduce((a, b) => Math.max(a, b), -Infinity);
  if (most === least) return complexity.map(() => low);
  return complexity.map((value) => low + ((high - low) * (value - least)) / (most - least));
}

/** The multiple of the weights, among those tried, whose rounded mean is closest to the average. */
function closestScale(start: readonly number[], average: number): readonly number[] {
  const mean = (weights: readonly number[]): number => sum(weights.map(round)) / weights.length;
  let weights = start;
  let best = start;
  let bestError = Math.abs(mean(start) - average);
  for (let i = 0; i < ADJUSTMENTS; i += 1) {
    const estimate = mean(weights);
    if (estimate === 0) break;
    weights = weights.map((weight) => (average / estimate) * weight);
    const now = mean(weights);
    if (Math.abs(now - average) < bestError) {
      best = weights;
      bestError = Math.abs(now - average);
    }
    if (now > average) weights = weights.map((weight) => THETA_1 * weight);
  }
  return best;
}

/** Halves go up, as in Python's twin. */
function round(value: number): number {
  return Math.floor(value + 0.5);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
