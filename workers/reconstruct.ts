/** From an image to a picture: `tok_encoder` gives the latents of all levels, which then decode like any others. */
import type { Pixels } from '../src/contract/engine';
import { gridForAspect, patchCount } from '../src/contract/grid';
import { parseSeed } from '../src/contract/seed';
import type { MemoryBudget } from './memory-budget';
import type { Model } from './model';
import { Picture } from './picture';
import { levelCausalBias, patchifierLatentBias } from './pipeline/masks';
import { pixelTokens } from './pipeline/picture-input';
import type { RopeTable } from './pipeline/rope';
import {
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
 * Encodes an image; all levels are done at once.
 *
 * @param sizePx size the image is looked at, pixels of the short side
 */
export async function reconstructPicture(
  model: Model,
  budget: MemoryBudget,
  image: Pixels,
  sizePx: number,
): Promise<Picture> {
  const { config, sampler } = model.manifest;
  const grid = gridForAspect(image, config.k);
  const session = await model.tokEncoder();
  const scope = new TensorScope(model.backend);
  try {
    const { zn } = await session.run(encoderInputs(model, scope, image, sizePx), ['zn']);
    const latents = await model.backend.download(scope.add(zn!));
    return new Picture(
      model,
      budget,
      {
        origin: 'reconstructed',
        prompt: '',
        seed: parseSeed(0),
        grid,
        steps: sampler.steps,
        guidance: sampler.guidance,
        mode: 'clean-context', // an encoded picture has no sampler states
      },
      { latents, trajectory: null, levelsDone: config.levels },
    );
  } finally {
    scope.dispose();
  }
}

function encoderInputs(
  model: Model,
  scope: TensorScope,
  image: Pixels,
  sizePx: number,
): Record<string, DeviceTensor> {
  const { config, rope, graphs } = model.manifest;
  const grid = gridForAspect(image, config.k);
  const patches = patchCount(grid); // P
  const { levels } = config; // n
  const p = Math.max(2, Math.round(sizePx / config.k));
  const pixels = p * p; // N_pix
  const u = patchCoordinates(p, config.coordMode);
  const latentBias = patchifierLatentBias(levels, pixels, config.measureBias);
  const causal = levelCausalBias(grid, 0, levels);
  const table = (prefix: string, { cos, sin, pairs }: RopeTable, dims: readonly number[]) => ({
    [`${prefix}_cos`]: scope.upload(cos, [...dims, pairs]),
    [`${prefix}_sin`]: scope.upload(sin, [...dims, pairs]),
  });
  return {
    pixels: scope.upload(pixelTokens(image, grid, p, config.coordMode), [patches, pixels, 3]),
    ...table('pixel_rope', repeatTable(pixelTable(u, u, rope.patch), patches), [patches, pixels]),
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
