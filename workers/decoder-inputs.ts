/** The small inputs of the decoder's graphs: they depend on the grid and the level only and are uploaded once. */
import type { Grid } from '../src/contract/grid';
import { patchCount } from '../src/contract/grid';
import { headWidth } from '../src/contract/model-config';
import type { Model } from './model';
import { numbered } from './model';
import { levelOneHot } from './pipeline/latents';
import { levelCausalBias } from './pipeline/masks';
import type { FramePlan, PatchBatch } from './pipeline/pixels';
import { hasSharedCoordinates, patchSamples } from './pipeline/pixels';
import type { RopeTable } from './pipeline/rope';
import {
  frameCoordinates,
  gridPositions,
  latentPositions,
  patchCoordinates,
  pixelTable,
  repeatTable,
  ropeTable,
} from './pipeline/rope';
import type { TensorMap } from './session-backend';
import { TensorScope } from './tensor-scope';

/** Makes and keeps the inputs for one grid. */
export class DecoderInputs {
  private readonly model: Model;
  private readonly grid: Grid;
  private readonly counts: readonly number[] | undefined;
  private readonly scope: TensorScope;
  private readonly kept = new Map<string, TensorMap>();

  /** @param counts levels of each patch, unless all have all */
  constructor(model: Model, grid: Grid, counts?: readonly number[]) {
    this.model = model;
    this.grid = grid;
    this.counts = counts;
    this.scope = new TensorScope(model.backend);
  }

  /** Inputs of `decoder_trunk` for a level, counted from 0. */
  ofLevel(level: number): TensorMap {
    return this.keep(`level ${level}`, () => {
      const { config, rope } = this.model.manifest;
      const patches = patchCount(this.grid);
      const bias = levelCausalBias(this.grid, level, 1, this.counts);
      const table = ropeTable(gridPositions(this.grid, config.k, level, 1), rope.grid);
      const latentTable = ropeTable(latentPositions(level, 1), rope.patch);
      return {
        level_onehot: this.scope.upload(levelOneHot(this.grid, level, 1, config.levels), [
          1,
          patches,
          config.levels,
        ]),
        attn_bias: this.scope.upload(bias.values, [1, 1, bias.queries, bias.keys]),
        ...this.uploadTable('rope', table, [1, patches, table.pairs]),
        ...this.uploadTable('latent_rope', repeatTable(latentTable, patches), [
          patches,
          1,
          latentTable.pairs,
        ]),
      };
    });
  }

  /** `ctx_k_i`, `ctx_v_i` of the first level. */
  emptyContext(): TensorMap {
    return this.keep('no context', () => {
      const { trunk } = this.model.manifest.config;
      const none = this.scope.upload(new Float32Array(0), [1, trunk.heads, 0, headWidth(trunk)]);
      const names = [...numbered('ctx_k_', trunk.layers), ...numbered('ctx_v_', trunk.layers)];
      return Object.fromEntries(names.map((name) => [name, none]));
    });
  }

  /** `latent_ctx_k_j`, `latent_ctx_v_j` of the first level. */
  emptyLatentContext(): TensorMap {
    return this.keep('no latent context', () => {
      const { patch } = this.model.manifest.config;
      const dims = [patchCount(this.grid), patch.heads, 0, headWidth(patch)];
      const none = this.scope.upload(new Float32Array(0), dims);
      const names = [
        ...numbered('latent_ctx_k_', patch.layers),
        ...numbered('latent_ctx_v_', patch.layers),
      ];
      return Object.fromEntries(names.map((name) => [name, none]));
    });
  }

  /** `rope_cos`, `rope_sin` of the anchors, (P, A_t*A*A, hd_p/2). */
  anchorRope(): TensorMap {
    return this.keep('anchors', () => {
      const { config, rope } = this.model.manifest;
      const patches = patchCount(this.grid);
      const u = patchCoordinates(config.anchors, config.coordMode);
      const table = pixelTable(u, u, rope.patch, frameCoordinates(config.anchorFrames));
      return this.uploadTable('rope', repeatTable(table, patches), [
        patches,
        table.tokens,
        table.pairs,
      ]);
    });
  }

  /**
   * `rope_cos`, `rope_sin` of the pixels of a batch, (patches, pixels of each, hd_p/2); the caller owns them.
   *
   * @param v when the frame is in its segment
   */
  pixelRope(plan: FramePlan, v: number, { patches: [from, to], rows }: PatchBatch): TensorMap {
    const { rope } = this.model.manifest;
    const { backend } = this.model;
    const tableOf = (patch: number): RopeTable => {
      const { uy, ux } = patchSamples(plan, patch);
      return pixelTable(uy.subarray(...rows), ux, rope.patch, Float64Array.of(v));
    };
    const first = tableOf(from);
    const dims = [to - from, first.tokens, first.pairs];
    if (hasSharedCoordinates(plan)) {
      const table = repeatTable(first, to - from);
      return {
        rope_cos: backend.upload(table.cos, dims),
        rope_sin: backend.upload(table.sin, dims),
      };
    }
    const cos = new Float32Array((to - from) * first.cos.length);
    const sin = new Float32Array(cos.length);
    for (let patch = from; patch < to; patch += 1) {
      const table = patch === from ? first : tableOf(patch);
      cos.set(table.cos, (patch - from) * first.cos.length);
      sin.set(table.sin, (patch - from) * first.cos.length);
    }
    return { rope_cos: backend.upload(cos, dims), rope_sin: backend.upload(sin, dims) };
  }

  dispose(): void {
    this.scope.dispose();
    this.kept.clear();
  }

  private uploadTable(prefix: string, table: RopeTable, dims: readonly number[]): TensorMap {
    return {
      [`${prefix}_cos`]: this.scope.upload(table.cos, dims),
      [`${prefix}_sin`]: this.scope.upload(table.sin, dims),
    };
  }

  private keep(key: string, make: () => TensorMap): TensorMap {
    let map = this.kept.get(key);
    if (map === undefined) {
      map = make();
      this.kept.set(key, map);
    }
    return map;
  }
}
