/** The sampler's grid of times and its guidance interval (docs/graphs.md, "Sampler"; paper 4.1). Twin of training's. */

/** One Euler evaluation. */
export interface SamplerStep {
  /** Step index s, from 0. */
  readonly index: number;
  readonly t: number;
  /** t_next - t. */
  readonly dt: number;
  /** Guidance branches B: 1 without guidance, 2 with. */
  readonly branches: 1 | 2;
}

/** Steps at the noisy end without guidance: the first tenth, rounded up, whatever the time shift. */
export function unguidedSteps(steps: number): number {
  return Math.floor((steps + 9) / 10);
}

/**
 * Timestamp shift: log-odds of a time t (0 noise, 1 data) raised by ln `shift` (paper Table 5). Below 1 the steps crowd
 * at the noisy end.
 */
export function shiftTime(t: number, shift: number): number {
  return (shift * t) / (1 + (shift - 1) * t);
}

/**
 * The S steps of one level: times s / S, shifted. A guidance of 1 weighs the empty caption with 0, so its branch is
 * left out.
 */
export function samplerSteps(steps: number, guidance: number, timeShift: number): SamplerStep[] {
  const time = (index: number): number => shiftTime(index / steps, timeShift);
  return Array.from({ length: steps }, (_, index) => ({
    index,
    t: time(index),
    dt: time(index + 1) - time(index),
    branches: guidance !== 1 && index >= unguidedSteps(steps) ? 2 : 1,
  }));
}

/** `branch_weight` of a call: 1, or (guidance, 1 - guidance) for the prompt and the empty caption. */
export function branchWeights(branches: 1 | 2, guidance: number): Float32Array<ArrayBuffer> {
  return branches === 1 ? Float32Array.of(1) : Float32Array.of(guidance, 1 - guidance);
}
