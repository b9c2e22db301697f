/**
 * From latents to pixels. The trunk runs once per level and its keys and values are kept; the anchors run once per
 * number of levels shown; only `depatchify` depends on the output size. Letters as in docs/graphs.md.
 */
import type { FramePlace } from '../src/contract/clip';
import type { Grid } from '../src/contract/grid';
import { disposeMap, mapBytes, renamed } from './context-cache';
import { DecoderInputs } from './decoder-inputs';
import { depatchify, type PixelContexts, type WantedFrame } from './depatchify';
import type { CacheOwner, MemoryBudget } from './memory-budget';
import type { Model } from './model';
import { numbered } from './model';
import type { FramePlan } from './pipeline/pixels';
import type { DeviceTensor, GraphSession, TensorMap } from './session-backend';
import { TensorScope } from './tensor-scope';

/** What the trunk gives for one level; each part covers all levels up to it. */
interface TrunkLevel {
  /** `ctx_k_i`, `ctx_v_i` of the next level's call. */
  readonly context: TensorMap;
  /** `latent_k_j`, `latent_v_j` of the anchors' call. */
  readonly latents: TensorMap;
}

/** The patches of a picture, and how many levels each has unless all have all. */
export interface DecodedShape {
  readonly grid: Grid;
  readonly counts?: readonly number[];
}

/** What a frame shows. */
export interface FrameView {
  /** How many levels of the picture. */
  readonly levels: number;
  readonly plan: FramePlan;
}

/** Decodes one picture and keeps what the next decode can reuse. */
export class PictureDecoder implements CacheOwner {
  readonly consequence = 'Showing this picture again first repeats its decoder.';
  readonly model: Model;
  readonly inputs: DecoderInputs;
  private readonly counts: readonly number[] | undefined;
  private readonly budget: MemoryBudget;
  private readonly latents: readonly DeviceTensor[];
  /** Of the highest level decoded: it contains those below. */
  private trunkContext: TensorMap | null = null;
  /** By level. */
  private readonly latentContexts: TensorMap[] = [];
  private readonly pixelContexts = new Map<number, TensorMap>();
  private claimedBytes = 0;
  private isOverBudget = false;
  private isDecoding = false;

  /** @param latents the picture's finished latents, lowest level first; read when they are needed */
  constructor(
    model: Model,
    { grid, counts }: DecodedShape,
    budget: MemoryBudget,
    latents: readonly DeviceTensor[],
  ) {
    this.model = model;
    this.counts = counts;
    this.budget = budget;
    this.latents = latents;
    this.inputs = new DecoderInputs(model, grid, counts);
  }

  /** One frame; the caller owns it. Null when `shouldStop` said so between two batches. */
  async frame(
    { levels, plan }: FrameView,
    place: FramePlace,
    shouldStop: () => Promise<boolean>,
  ): Promise<DeviceTensor | null> {
    this.isDecoding = true;
    try {
      const contexts = await this.contextsOf(levels);
      return await depatchify(this, contexts, { plan, place }, shouldStop);
    } finally {
      this.endDecode();
    }
  }

  /**
   * Gives frames to `use`, one after another, so that one is in memory at a time; what they share is made once, within
   * the budget or not. False when `shouldStop` said so between two batches.
   */
  async eachFrame(
    { levels, plan }: FrameView,
    places: readonly FramePlace[],
    {
      use,
      shouldStop,
    }: {
      readonly use: (frame: DeviceTensor, index: number) => Promise<void>;
      readonly shouldStop: () => Promise<boolean>;
    },
  ): Promise<boolean> {
    this.isDecoding = true;
    try {
      const contexts = await this.contextsOf(levels);
      for (const [index, place] of places.entries()) {
        const frame = await depatchify(this, contexts, { plan, place }, shouldStop);
        if (frame === null) return false;
        try {
          await use(frame, index);
        } finally {
          this.model.backend.dispose(frame);
        }
      }
      return true;
    } finally {
      this.endDecode();
    }
  }

  /** The frame that a guess of the next level would give, on top of the finished ones; nothing of it is kept. */
  async guessFrame(
    zn: DeviceTensor,
    wanted: WantedFrame,
    shouldStop: () => Promise<boolean>,
  ): Promise<DeviceTensor | null> {
    this.isDecoding = true;
    const scope = new TensorScope(this.model.backend);
    try {
      await this.extendTrunk(this.latents.length);
      const guess = await this.runTrunk(this.latents.length, zn);
      scope.addAll(guess.context);
      scope.addAll(guess.latents);
      const anchors = this.model.graphs.depatchify_anchors;
      const pixelContext =
        anchors === null
          ? guess.latents
          : scope.addAll(await this.runAnchors(anchors, guess.latents));
      return await depatchify(this, { of: () => pixelContext }, wanted, shouldStop);
    } finally {
      scope.dispose();
      this.endDecode();
    }
  }

  /** Forgets all levels from `levels` on. */
  truncate(levels: number): void {
    if (
      this.latentContexts.length > levels ||
      [...this.pixelContexts.keys()].some((key) => key > levels)
    ) {
      this.dropCaches();
    }
  }

  isInUse(): boolean {
    return this.isDecoding;
  }

  dropCaches(): void {
    const { backend } = this.model;
    this.pixelContexts.forEach((context) => disposeMap(backend, context));
    this.pixelContexts.clear();
    this.latentContexts.splice(0).forEach((latents) => disposeMap(backend, latents));
    if (this.trunkContext !== null) disposeMap(backend, this.trunkContext);
    this.trunkContext = null;
    this.budget.release(this, this.claimedBytes);
    this.claimedBytes = 0;
    this.isOverBudget = false;
  }

  dispose(): void {
    this.dropCaches();
    this.inputs.dispose();
  }

  /** What the pixels of each patch look at: its own levels, at most `levels` of them. */
  private async contextsOf(levels: number): Promise<PixelContexts> {
    const counts = this.counts?.map((count) => Math.min(count, levels));
    const contexts = new Map<number, TensorMap>();
    for (const count of new Set(counts ?? [levels])) {
      contexts.set(count, await this.pixelContext(count));
    }
    return { of: (patch) => contexts.get(counts?.[patch] ?? levels)! };
  }

  private async pixelContext(levels: number): Promise<TensorMap> {
    const known = this.pixelContexts.get(levels);
    if (known !== undefined) return known;
    await this.extendTrunk(levels);
    const latents = this.latentContexts[levels - 1]!;
    const anchors = this.model.graphs.depatchify_anchors;
    if (anchors === null) return latents; // pixels look at the latents themselves
    const context = await this.runAnchors(anchors, latents);
    this.pixelContexts.set(levels, context);
    this.claim(mapBytes(context));
    return context;
  }

  private async extendTrunk(levels: number): Promise<void> {
    for (let level = this.latentContexts.length; level < levels; level += 1) {
      const next = await this.runTrunk(level, this.latents[level]!);
      if (this.trunkContext !== null) {
        disposeMap(this.model.backend, this.trunkContext);
        this.unclaim(mapBytes(this.trunkContext));
      }
      this.trunkContext = next.context;
      this.latentContexts.push(next.latents);
      this.claim(mapBytes(next.context) + mapBytes(next.latents));
    }
  }

  private async runTrunk(level: number, zn: DeviceTensor): Promise<TrunkLevel> {
    const { trunk, patch } = this.model.manifest.config;
    const below = level === 0 ? null : this.latentContexts[level - 1]!;
    const contextNames = [...numbered('k_', trunk.layers), ...numbered('v_', trunk.layers)];
    const latentNames = [
      ...numbered('latent_k_', patch.layers),
      ...numbered('latent_v_', patch.layers),
    ];
    const outputs = await this.model.graphs.decoder_trunk.run(
      {
        zn,
        ...this.inputs.ofLevel(level),
        ...(this.trunkContext ?? this.inputs.emptyContext()),
        ...(below === null
          ? this.inputs.emptyLatentContext()
          : renamed(below, (name) => name.replace('latent_', 'latent_ctx_'))),
      },
      [...contextNames, ...latentNames],
    );
    const pick = (names: readonly string[]): TensorMap =>
      Object.fromEntries(names.map((name) => [name, outputs[name]!]));
    return {
      context: renamed(pick(contextNames), (name) => `ctx_${name}`),
      latents: pick(latentNames),
    };
  }

  private runAnchors(anchors: GraphSession, latents: TensorMap): Promise<TensorMap> {
    const { layers } = this.model.manifest.config.patch;
    return anchors.run({ ...latents, ...this.inputs.anchorRope() }, [
      ...numbered('pixel_ctx_k_', layers),
      ...numbered('pixel_ctx_v_', layers),
    ]);
  }

  /** Keeps the caches only if the budget allowed all of them. */
  private endDecode(): void {
    this.isDecoding = false;
    if (!this.isOverBudget) return;
    const maps = [...this.pixelContexts.values(), ...this.latentContexts, this.trunkContext ?? {}];
    const freedBytes = maps.reduce((sum, map) => sum + mapBytes(map), 0);
    this.dropCaches();
    this.budget.reportDrop(this, freedBytes);
  }

  private claim(bytes: number): void {
    if (this.budget.claim(this, bytes)) this.claimedBytes += bytes;
    else this.isOverBudget = true;
  }

  private unclaim(bytes: number): void {
    if (this.isOverBudget) return; // everything goes at the end of this decode
    this.budget.release(this, bytes);
    this.claimedBytes -= bytes;
  }
}
