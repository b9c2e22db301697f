/**
 * All levels in one call per step, with the level-causal mask in place of caches (docs/graphs.md, *joint*). Nothing can
 * be shown before the end and nothing is kept to continue from; it is what the level-by-level engine is held to and
 * measured against.
 */
import { patchCount } from '../src/contract/grid';
import type { PictureTraits } from '../src/contract/requests';
import { Denoiser } from './denoiser';
import type { Model } from './model';
import { levelNoise } from './pipeline/rng';
import { TensorScope } from './tensor-scope';
import { encodePrompt } from './text';

/** Normalised latents of `levels` levels, (levels * P, d), by the paper's sampler with one time for all levels. */
export async function sampleJointly(
  model: Model,
  traits: PictureTraits,
  levels: number,
): Promise<Float32Array<ArrayBuffer>> {
  const { backend, manifest } = model;
  const { latentDim } = manifest.config;
  const { grid, seed, prompt, guidance } = traits;
  const tokens = levels * patchCount(grid); // N
  const noise = new Float32Array(tokens * latentDim);
  for (let level = 0; level < levels; level += 1) {
    const ofLevel = levelNoise(seed, level, grid, latentDim);
    noise.set(ofLevel, level * ofLevel.length);
  }
  const text = await encodePrompt(model, prompt, guidance === 1 ? 1 : 2);
  const denoiser = new Denoiser(model, text, grid, traits);
  const scope = new TensorScope(backend);
  try {
    let x = scope.upload(noise, [1, tokens, latentDim]);
    for (const step of denoiser.steps) {
      const span = { from: 0, count: levels };
      const xNext = scope.add(await denoiser.step({ span, step, x, context: null }));
      backend.dispose(scope.hand(x));
      x = xNext;
    }
    return await backend.download(x);
  } finally {
    scope.dispose();
    denoiser.dispose();
    text.dispose();
  }
}
