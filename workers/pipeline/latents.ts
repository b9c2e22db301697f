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
