/** Additive attention masks: 0 may be seen, MASKED may not. Twin of training's masks. */
import type { Grid } from '../../src/contract/grid';
import { patchCount } from '../../src/contract/grid';

/** Finite, so that a row can never become NaN; its exponential is 0 in float32. */
export const MASKED = -1e4;

/** A mask of some queries over some keys, row by row. */
export interface AttentionBias {
  readonly queries: number;
  readonly keys: number;
  readonly values: Float32Array<ArrayBuffer>;
}

/**
 * The level-causal and time-causal mask (paper Fig. 4): a token sees its own and lower levels, in its own and earlier
 * segments. Queries are the tokens of `levels` levels from `fromLevel`; keys are those of all levels up to the last one.
 *
 * @param fromLevel counted from 0: the number of finished lower levels in the context
 * @param counts levels of each patch: nobody sees the tokens above them (paper Fig. 12d)
 */
export function levelCausalBias(
  grid: Grid,
  fromLevel: number,
  levels: number,
  counts?: readonly number[],
): AttentionBias {
  const tokens = patchCount(grid);
  const segmentTokens = grid.gh * grid.gw;
  const queries = levels * tokens;
  const keys = (fromLevel + levels) * tokens;
  const values = new Float32Array(queries * keys);
  for (let query = 0; query < queries; query += 1) {
    const level = fromLevel + Math.floor(query / tokens);
    const segment = Math.floor((query % tokens) / segmentTokens);
    for (let key = 0; key < keys; key += 1) {
      const keyLevel = Math.floor(key / tokens);
      const isLater = Math.floor((key % tokens) / segmentTokens) > segment;
      const isDropped = counts !== undefined && keyLevel >= counts[key % tokens]!;
      if (keyLevel > level || isLater || isDropped) values[query * keys + key] = MASKED;
    }
  }
  return { queries, keys, values };
}

/**
 * `latent_bias` of the patchifier: a latent sees every pixel and the latents of its own and lower levels. With
 * `measureBias` pixels weigh ln(64 / pixels), so that a patch counts the same at every resolution.
 */
export function patchifierLatentBias(
  levels: number,
  pixels: number,
  measureBias: boolean,
): AttentionBias {
  const REFERENCE_PIXELS = 64; // docs/graphs.md, tok_encoder
  const keys = pixels + levels;
  const values = new Float32Array(levels * keys);
  const pixelBias = measureBias ? Math.log(REFERENCE_PIXELS / pixels) : 0;
  for (let level = 0; level < levels; level += 1) {
    values.fill(pixelBias, level * keys, level * keys + pixels);
    values.fill(MASKED, level * keys + pixels + level + 1, (level + 1) * keys);
  }
  return { queries: levels, keys, values };
}

/**
 * The mask of text tokens for B captions padded to one length, every query alike: (B, queries, S).
 *
 * @param tokenCounts tokens of each caption
 */
export function textBias(
  tokenCounts: readonly number[],
  length: number,
  queries: number,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(tokenCounts.length * queries * length);
  tokenCounts.forEach((count, branch) => {
    for (let query = 0; query < queries; query += 1) {
      const row = (branch * queries + query) * length;
      values.fill(MASKED, row + count, row + length);
    }
  });
  return values;
}
