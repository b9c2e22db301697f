/** The layout of latents: tokens are level-major, ((l*Gt + g)*Gh + y)*Gw + x, with `latentDim` values each. */
import type { Grid } from '../../src/contract/grid';
import { patchCount } from '../../src/contract/grid';

/**
 * `level_onehot` of the tokens of `levels` levels from `fromLevel` (counted from 0): (levels * P, modelLevels).
 */
export function levelOneHot(
  grid: Grid,
  fromLevel: number,
  levels: number,
  modelLevels: number,
): Float32Array<ArrayBuffer> {
  const tokens = patchCount(grid);
  const values = new Float32Array(levels * tokens * modelLevels);
  for (let token = 0; token < levels * tokens; token += 1) {
    values[token * modelLevels + fromLevel + Math.floor(token / tokens)] = 1;
  }
  return values;
}

/**
 * The values (levels, P, d) of tokens without those of the dropped ones: level after level, d values of each patch that
 * has the level.
 *
 * @param counts levels of each patch
 */
export function withoutDropped(
  values: Float32Array,
  counts: readonly number[],
  latentDim: number,
): Float32Array<ArrayBuffer> {
  const kept = new Float32Array(values.length);
  let length = 0;
  for (let token = 0; token * latentDim < values.length; token += 1) {
    if (!isKept(token, counts)) continue;
    kept.set(values.subarray(token * latentDim, (token + 1) * latentDim), length);
    length += latentDim;
  }
  return kept.slice(0, length);
}

/** The inverse of {@link withoutDropped}; dropped tokens, which nobody looks at, are 0. */
export function withDropped(
  kept: Float32Array,
  counts: readonly number[],
  levels: number,
): Float32Array<ArrayBuffer> {
  const tokens = Array.from({ length: levels * counts.length }, (_, token) => token);
  const keptTokens = tokens.filter((token) => isKept(token, counts));
  const latentDim = kept.length / keptTokens.length;
  const values = new Float32Array(tokens.length * latentDim);
  keptTokens.forEach((token, i) => {
    values.set(kept.subarray(i * latentDim, (i + 1) * latentDim), token * latentDim);
  });
  return values;
}

function isKept(token: number, counts: readonly number[]): boolean {
  return counts[token % counts.length]! > Math.floor(token / counts.length);
}
