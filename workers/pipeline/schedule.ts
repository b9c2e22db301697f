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

/** Steps at the noisy end without guidance: the first tenth, rounded up. */
export function unguidedSteps(steps: number): number {
  return Math.floor((steps + 9) / 10);
}

/**
 * The S steps of one level: t_s = s / S. A guidance of 1 weighs the empty caption with 0, so its branch is left out.
 */
export function samplerSteps(steps: number, guidance: number): SamplerStep[] {
  return Array.from({ length: steps }, (_, index) => ({
    index,
    t: index / steps,
    dt: (index + 1) / steps - index / steps,
    branches: guidance !== 1 && index >= unguidedSteps(steps) ? 2 : 1,
  }));
}

/** `branch_weight` of a call: 1, or (guidance, 1 - guidance) for the prompt and the empty caption. */
export function branchWeights(branches: 1 | 2, guidance: number): Float32Array<ArrayBuffer> {
  return branches === 1 ? Float32Array.of(1) : Float32Array.of(guidance, 1 - guidance);
}
