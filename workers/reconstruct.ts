/** From images and clips to pictures: `tok_encoder` gives the latents of all levels, which then decode like any others. */
import type { Frames } from '../src/contract/clip';
import type { Pixels } from '../src/contract/engine';
import { EngineError } from '../src/contract/engine-error';
import type { Grid } from '../src/contract/grid';
import { gridForAspect, patchCount } from '../src/contract/grid';
import { readCounts } from '../src/contract/requests';
import { parseSeed } from '../src/contract/seed';
import type { ReconstructRequest } from '../src/contract/reconstruct-request';
import type { MemoryBudget } from './memory-budget';
import type { Model } from './model';
import { Picture } from './picture';
import { affordableFrames, clipTokens, fitFrames, thinFrames } from './pipeline/clip-input';
import { withoutDropped } from './pipeline/latents';
import { levelCausalBias, patchifierLatentBias } from './pipeline/masks';
import { pixelTokens } from './pipeline/picture-input';
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
import type { DeviceTensor } from './session-backend';
import { TensorScope } from './tensor-scope';

/**
 * Attention weights of one patchifier layer while a clip is encoded: 512 MB of float32. Longer clips are looked at with
 * fewer frames, which the tokenizer is trained for (paper 3.1).
 */
const MAX_CLIP_WEIGHTS = 2 ** 27;

/** What the encoder looks at. */
interface Looked {
  readonly grid: Grid;
  /** Pixels along a side of a patch. */
  readonly p: number;
  /** Frames of a segment. */
  readonly pt: number;
  /** (P, pt*p*p, 3) */
  readonly tokens: Float32Array<ArrayBuffer>;
  /** Levels of each patch; undefined: all. */
  readonly counts: readonly number[] | undefined;
}

/**
 * Encodes an image; all levels are done at once.
 *
 * @throws {EngineError} BadRequest when the counts do not fit it
 */
export function reconstructPicture(
  model: Model,
  budget: MemoryBudget,
  image: Pixels,
  request: ReconstructRequest,
): Promise<Picture> {
  const { config } = model.manifest;
  const grid = gridForAspect(image, config.k);
  const counts = readCounts(request.counts, grid, config.levels);
  const p = patchSide(request.sizePx, config.k);
  const tokens = pixelTokens(image, grid, p, config.coordMode);
  return encode(model, budget, { grid, p, pt: 1, tokens, counts });
}

/**
 * Encodes a clip; all levels are done at once.
 *
 * @throws {EngineError} BadRequest when the size to look at is too large for a clip this long, or counts do not fit it
 */
export function reconstructClip(
  model: Model,
  budget: MemoryBudget,
  frames: Frames,
  { sizePx, counts: wanted }: ReconstructRequest,
): Promise<Picture> {
  const { config } = model.manifest;
  const fitted = fitFrames(frames.frameCount, frames.fps, config.kt);
  const grid = gridForAspect(frames, config.k, fitted.kept.length / fitted.pt);
  const counts = readCounts(wanted, grid, config.levels);
  const p = patchSide(sizePx, config.k);
  const shape = { patches: patchCount(grid), p, heads: config.patch.heads };
  const pt = affordableFrames(fitted.pt, shape, MAX_CLIP_WEIGHTS);
  if (pt === null) {
    throw new EngineError(
      'BadRequest',
      `The request's sizePx is too large for a clip of ${grid.gt / config.kt} s, found ${sizePx}. Look at it at a smaller size, or cut it.`,
    );
  }
  const tokens = clipTokens(frames, thinFrames(fitted, pt), {
    grid,
    p,
    coordMode: config.coordMode,
  });
  return encode(model, budget, { grid, p, pt, tokens, counts });
}

function patchSide(sizePx: number, k: number): number {
  return Math.max(2, Math.round(sizePx / k));
}

async function encode(model: Model, budget: MemoryBudget, looked: Looked): Promise<Picture> {
  const { config, sampler } = model.manifest;
  const session = await model.tokEncoder();
  const scope = new TensorScope(model.backend);
  try {
    const { zn } = await session.run(encoderInputs(model, scope, looked), ['zn']);
    const { grid, counts } = looked;
    const values = await model.backend.download(scope.add(zn!));
    const latents = counts ? withoutDropped(values, counts, config.latentDim) : values;
    return new Picture(
      model,
      budget,
      {
        origin: 'reconstructed',
        prompt: '',
        seed: parseSeed(0),
        grid,
        ...(counts && { counts }),
        steps: sampler.steps,
        guidance: sampler.guidance,
        mode: 'clean-context', // an encoded picture has no sampler states
      },
      { latents, trajectory: null, levelsDone: counts ? Math.max(...counts) : config.levels },
    );
  } finally {
    scope.dispose();
  }
}

function encoderInputs(
  model: Model,
  scope: TensorScope,
  { grid, p, pt, tokens, counts }: Looked,
): Record<string, DeviceTensor> {
  const { config, rope, graphs } = model.manifest;
  const patches = patchCount(grid); // P
  const { levels } = config; // n
  const pixels = pt * p * p; // N_pix
  const u = patchCoordinates(p, config.coordMode);
  const pixelRope = pixelTable(u, u, rope.patch, frameCoordinates(pt));
  const latentBias = patchifierLatentBias(levels, pixels, config.measureBias);
  const causal = levelCausalBias(grid, 0, levels, counts);
  const table = (prefix: string, { cos, sin, pairs }: RopeTable, dims: readonly number[]) => ({
    [`${prefix}_cos`]: scope.upload(cos, [...dims, pairs]),
    [`${prefix}_sin`]: scope.upload(sin, [...dims, pairs]),
  });
  return {
    pixels: scope.upload(tokens, [patches, pixels, 3]),
    ...table('pixel_rope', repeatTable(pixelRope, patches), [patches, pixels]),
    ...table(
      'latent_rope',
      repeatTable(ropeTable(latentPositions(0, levels), rope.patch), patches),
      [patches, levels],
    ),
    // Always zero, and an input only of bundles that were exported before it was left out.
    ...(graphs.tok_encoder.inputs.includes('pixel_bias') && {
      pixel_bias: scope.upload(new Float32Array(pixels * pixels), [1, 1, pixels, pixels]),
    }),
    latent_bias: scope.upload(latentBias.values, [1, 1, latentBias.queries, latentBias.keys]),
    ...table('rope', ropeTable(gridPositions(grid, config.k, 0, levels), rope.grid), [
      1,
      levels * patches,
    ]),
    attn_bias: scope.upload(causal.values, [1, 1, causal.queries, causal.keys]),
  };
}
