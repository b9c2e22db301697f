/**
 * Calls of `dit_step` for one picture: the inputs that stay the same are uploaded once and reused by every step, level
 * and branch. Letters as in docs/graphs.md: B branches, N tokens in the call, T keys.
 */
import type { Grid } from '../src/contract/grid';
import { patchCount } from '../src/contract/grid';
import { headWidth } from '../src/contract/model-config';
import type { Model } from './model';
import { numbered } from './model';
import { levelOneHot } from './pipeline/latents';
import { levelCausalBias, textBias } from './pipeline/masks';
import { gridPositions, repeatTable, ropeTable } from './pipeline/rope';
import type { SamplerStep } from './pipeline/schedule';
import { branchWeights, samplerSteps } from './pipeline/schedule';
import { TIME_FEATURE_COUNT, timeFeatures } from './pipeline/time-features';
import type { DeviceTensor, TensorMap } from './session-backend';
import { TensorScope } from './tensor-scope';
import type { EncodedPrompt } from './text';

/** How a picture is sampled. */
export interface SamplerSettings {
  readonly steps: number;
  readonly guidance: number;
}

/** Levels that a call works on: `count` of them from `from` (counted from 0), with all levels below as context. */
export interface LevelSpan {
  readonly from: number;
  readonly count: number;
}

/** What differs between two calls. */
export interface DenoiserCall {
  readonly span: LevelSpan;
  readonly step: SamplerStep;
  /** (1, N, d) */
  readonly x: DeviceTensor;
  /** `ctx_k_i`, `ctx_v_i` of at least the step's branches; null below level 0. */
  readonly context: TensorMap | null;
}

interface SpanInputs {
  readonly level_onehot: DeviceTensor;
  readonly attn_bias: DeviceTensor;
  /** With all branches; a call with fewer takes a view. */
  readonly text_bias: DeviceTensor;
  readonly rope_cos: DeviceTensor;
  readonly rope_sin: DeviceTensor;
}

/** Runs `dit_step` for one prompt, grid and sampler setting. */
export class Denoiser {
  /** The sampler's steps, in order. */
  readonly steps: readonly SamplerStep[];
  /** The step that makes finished latents a context: t = 1, dt = 0. */
  readonly cleanStep: SamplerStep;
  private readonly model: Model;
  private readonly text: EncodedPrompt;
  private readonly grid: Grid;
  private readonly guidance: number;
  private readonly scope: TensorScope;
  private readonly spans = new Map<string, SpanInputs>();
  private readonly scalars = new Map<string, DeviceTensor>();

  constructor(model: Model, text: EncodedPrompt, grid: Grid, settings: SamplerSettings) {
    this.model = model;
    this.text = text;
    this.grid = grid;
    this.guidance = settings.guidance;
    this.scope = new TensorScope(model.backend);
    this.steps = samplerSteps(settings.steps, settings.guidance, model.manifest.sampler.timeShift);
    this.cleanStep = { index: settings.steps, t: 1, dt: 0, branches: text.branches };
  }

  /** x + dt * v, (1, N, d). */
  async step(call: DenoiserCall): Promise<DeviceTensor> {
    const outputs = await this.run(call, ['x_next']);
    return outputs['x_next']!;
  }

  /** Both: the next state, and the keys and values of the context followed by these tokens. */
  async stepWithContext(
    call: DenoiserCall,
  ): Promise<{ readonly xNext: DeviceTensor; readonly context: TensorMap }> {
    const { x_next: xNext, ...keysValues } = await this.run(call, [
      'x_next',
      ...this.outputNames(),
    ]);
    return { xNext: xNext!, context: asContext(keysValues) };
  }

  /** The keys and values alone, as `ctx_k_i`, `ctx_v_i` of the next level's calls. */
  async context(call: DenoiserCall): Promise<TensorMap> {
    return asContext(await this.run(call, this.outputNames()));
  }

  dispose(): void {
    this.scope.dispose();
    this.spans.clear();
    this.scalars.clear();
  }

  private run(
    call: DenoiserCall,
    wanted: readonly string[],
  ): Promise<Record<string, DeviceTensor>> {
    const { step, span } = call;
    const { branches } = step;
    const inputs = this.spanInputs(span);
    return this.model.graphs.dit_step.run(
      {
        x: call.x,
        time_features: this.scalar(`t ${step.t}`, [1, TIME_FEATURE_COUNT], () =>
          timeFeatures(step.t),
        ),
        dt: this.scalar(`dt ${step.dt}`, [1, 1, 1], () => Float32Array.of(step.dt)),
        branch_weight: this.scalar(`branches ${branches}`, [branches, 1, 1], () =>
          branchWeights(branches, this.guidance),
        ),
        level_onehot: inputs.level_onehot,
        attn_bias: inputs.attn_bias,
        text_bias: this.forBranches(inputs.text_bias, branches),
        rope_cos: this.forBranches(inputs.rope_cos, branches),
        rope_sin: this.forBranches(inputs.rope_sin, branches),
        text_states: this.forBranches(this.text.states, branches),
        text_pooled: this.forBranches(this.text.pooled, branches),
        ...(call.context === null
          ? this.emptyContext(branches)
          : mapTensors(call.context, (tensor) => this.forBranches(tensor, branches))),
      },
      wanted,
    );
  }

  private outputNames(): string[] {
    const { layers } = this.model.manifest.config.dit;
    return [...numbered('k_', layers), ...numbered('v_', layers)];
  }

  /** Branch 0 alone, where the call has one branch and the tensor has two. */
  private forBranches(tensor: DeviceTensor, branches: 1 | 2): DeviceTensor {
    if (tensor.dims[0] === branches) return tensor;
    return this.model.backend.view(tensor, [branches, ...tensor.dims.slice(1)]);
  }

  private emptyContext(branches: 1 | 2): TensorMap {
    const { dit } = this.model.manifest.config;
    const dims = [branches, dit.heads, 0, headWidth(dit)];
    const names = [...numbered('ctx_k_', dit.layers), ...numbered('ctx_v_', dit.layers)];
    const none = this.scalar(`none ${branches}`, dims, () => new Float32Array(0));
    return Object.fromEntries(names.map((name) => [name, none]));
  }

  private scalar(
    key: string,
    dims: readonly number[],
    make: () => Float32Array<ArrayBuffer>,
  ): DeviceTensor {
    let tensor = this.scalars.get(key);
    if (tensor === undefined) {
      tensor = this.scope.upload(make(), dims);
      this.scalars.set(key, tensor);
    }
    return tensor;
  }

  /** The grid whose segments the mask tells apart: without temporal causality they are as one. */
  private seenTogether(): Grid {
    const { gt, gh, gw } = this.grid;
    const isCausal = this.model.manifest.config.video?.temporalCausal ?? true;
    return isCausal ? this.grid : { gt: 1, gh: gt * gh, gw };
  }

  private spanInputs(span: LevelSpan): SpanInputs {
    const key = `${span.from}+${span.count}`;
    const known = this.spans.get(key);
    if (known !== undefined) return known;
    const { config, rope } = this.model.manifest;
    const { branches, length, tokenCounts } = this.text;
    const tokens = span.count * patchCount(this.grid); // N
    const bias = levelCausalBias(this.seenTogether(), span.from, span.count);
    const positions = gridPositions(this.grid, config.k, span.from, span.count);
    const table = repeatTable(ropeTable(positions, rope.grid), branches);
    const ropeDims = [branches, tokens, table.pairs];
    const inputs: SpanInputs = {
      level_onehot: this.scope.upload(
        levelOneHot(this.grid, span.from, span.count, config.levels),
        [1, tokens, config.levels],
      ),
      attn_bias: this.scope.upload(bias.values, [1, 1, bias.queries, bias.keys]),
      text_bias: this.scope.upload(textBias(tokenCounts, length, tokens), [
        branches,
        1,
        tokens,
        length,
      ]),
      rope_cos: this.scope.upload(table.cos, ropeDims),
      rope_sin: this.scope.upload(table.sin, ropeDims),
    };
    this.spans.set(key, inputs);
    return inputs;
  }
}

/** `k_i`, `v_i` under the names of the inputs they become. */
function asContext(keysValues: Readonly<Record<string, DeviceTensor>>): TensorMap {
  return Object.fromEntries(
    Object.entries(keysValues).map(([name, tensor]) => [`ctx_${name}`, tensor]),
  );
}

function mapTensors(map: TensorMap, change: (tensor: DeviceTensor) => DeviceTensor): TensorMap {
  return Object.fromEntries(Object.entries(map).map(([name, tensor]) => [name, change(tensor)]));
}
