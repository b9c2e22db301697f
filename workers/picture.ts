import type { PictureInfo } from '../src/contract/engine';
import { EngineError } from '../src/contract/engine-error';
import { patchCount } from '../src/contract/grid';
import type { PictureTraits } from '../src/contract/requests';
import type { PictureId } from '../src/contract/units';
import { CleanContextCache } from './clean-context';
import type { ContextCache } from './context-cache';
import { PictureDecoder } from './decoder';
import type { MemoryBudget } from './memory-budget';
import type { Model } from './model';
import type { LatentDocument } from './dcs-file/dcs-file';
import { withDropped, withoutDropped } from './pipeline/latents';
import type { DeviceTensor } from './session-backend';
import { SyncContextCache } from './sync-context';

/** Finished levels and their history, as read from a file. */
export type SavedLevels = Pick<LatentDocument, 'latents' | 'trajectory' | 'levelsDone'>;

/** A picture the engine keeps: its latents, and caches that can be made again from them. */
export class Picture {
  readonly id: PictureId;
  readonly traits: PictureTraits;
  /** Finished normalised latents (1, P, d), lowest level first. */
  readonly latents: DeviceTensor[] = [];
  readonly context: ContextCache;
  readonly decoder: PictureDecoder;
  /** A run is adding levels. */
  isRunning = false;
  private readonly model: Model;

  constructor(model: Model, budget: MemoryBudget, traits: PictureTraits, saved?: SavedLevels) {
    pictureCount += 1;
    this.id = `picture-${pictureCount}` as PictureId;
    this.model = model;
    this.traits = traits;
    const { backend } = model;
    if (saved !== undefined) {
      const { latents, levelsDone } = saved;
      const whole = traits.counts ? withDropped(latents, traits.counts, levelsDone) : latents;
      this.latents.push(...this.uploadLevels(whole, levelsDone));
    }
    this.context =
      traits.mode === 'clean-context'
        ? new CleanContextCache({ backend, budget, latents: this.latents })
        : new SyncContextCache({
            backend,
            budget,
            modelLevels: model.manifest.config.levels,
            trajectory: this.uploadTrajectory(saved),
          });
    this.decoder = new PictureDecoder(model, traits, budget, this.latents);
  }

  get levelsDone(): number {
    return this.latents.length;
  }

  describe(): PictureInfo {
    return { pictureId: this.id, levelsDone: this.levelsDone, ...this.traits };
  }

  /** Forgets all levels from `levels` on. */
  truncate(levels: number): void {
    this.context.truncate(levels);
    this.decoder.truncate(levels);
    this.latents.splice(levels).forEach((latent) => this.model.backend.dispose(latent));
  }

  /** Everything a `.dcs` file holds. */
  async save(): Promise<LatentDocument> {
    const { manifest } = this.model;
    const { prompt, seed, grid, steps, guidance, mode, counts } = this.traits;
    const latents = this.latents.slice(); // a run may add levels while these are copied
    const values = await this.download(latents);
    const trajectory = this.context.trajectory();
    return {
      ...{ prompt, seed, grid, steps, guidance, mode, ...(counts && { counts }) },
      levelsDone: latents.length,
      modelId: manifest.id,
      decoderSha256: decoderSha256(this.model),
      latentDim: manifest.config.latentDim,
      latents: counts ? withoutDropped(values, counts, manifest.config.latentDim) : values,
      trajectory:
        trajectory === null
          ? null
          : await this.download(trajectory.slice(0, latents.length).flat()),
    };
  }

  dispose(): void {
    this.context.dispose();
    this.decoder.dispose();
    this.latents.splice(0).forEach((latent) => this.model.backend.dispose(latent));
  }

  private uploadLevels(values: Float32Array<ArrayBuffer>, count: number): DeviceTensor[] {
    const { latentDim } = this.model.manifest.config;
    const patches = patchCount(this.traits.grid);
    const size = patches * latentDim;
    return Array.from({ length: count }, (_, i) =>
      this.model.backend.upload(values.slice(i * size, (i + 1) * size), [1, patches, latentDim]),
    );
  }

  private uploadTrajectory(saved: SavedLevels | undefined): DeviceTensor[][] {
    if (saved?.trajectory == null) return [];
    const { steps } = this.traits;
    const states = this.uploadLevels(saved.trajectory, saved.levelsDone * steps);
    return Array.from({ length: saved.levelsDone }, (_, level) =>
      states.slice(level * steps, (level + 1) * steps),
    );
  }

  private async download(tensors: readonly DeviceTensor[]): Promise<Float32Array<ArrayBuffer>> {
    const { latentDim } = this.model.manifest.config;
    const size = patchCount(this.traits.grid) * latentDim;
    const values = new Float32Array(tensors.length * size);
    for (const [index, tensor] of tensors.entries()) {
      values.set(await this.model.backend.download(tensor), index * size);
    }
    return values;
  }
}

let pictureCount = 0;

/** What identifies the weights that latents belong to. */
export function decoderSha256(model: Model): string {
  const { decoder_trunk: graph } = model.manifest.graphs;
  return (graph.weights ?? graph.onnx).sha256;
}

/** Finds pictures by their names. */
export class PictureShelf {
  private readonly pictures = new Map<PictureId, Picture>();

  add(picture: Picture): void {
    this.pictures.set(picture.id, picture);
  }

  /** @throws {EngineError} PictureNotFound */
  get(pictureId: PictureId): Picture {
    const picture = this.pictures.get(pictureId);
    if (picture === undefined) {
      throw new EngineError(
        'PictureNotFound',
        `There is no picture "${pictureId}": it was disposed of, or the engine was loaded again since.`,
      );
    }
    return picture;
  }

  remove(picture: Picture): void {
    this.pictures.delete(picture.id);
    picture.dispose();
  }

  clear(): void {
    this.pictures.forEach((picture) => picture.dispose());
    this.pictures.clear();
  }

  /** The picture whose caches these are; null for none. */
  ownerOf(cache: unknown): Picture | null {
    const pictures = [...this.pictures.values()];
    return pictures.find(({ context, decoder }) => cache === context || cache === decoder) ?? null;
  }
}
