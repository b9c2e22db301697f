/** Reads what the page asks for, once, at the edge: messages name the field, what was found and what would do. */
import type {
  ContinueRequest,
  DecodeRequest,
  GenerateRequest,
  PictureInfo,
  Pixels,
  PreviewTarget,
} from './engine';
import type { FramePlace, Frames, FramesRequest } from './clip';
import { framePlace, framesPerSegment, isClip, MIN_FPS, posterPlace, segmentsFor } from './clip';
import { EngineError } from './engine-error';
import type { Grid, PatchRange } from './grid';
import { gridForAspect, patchCount, sizeForShortSide } from './grid';
import type { ModelManifest } from './manifest';
import type { ModelConfig } from './model-config';
import { parseSeed } from './seed';

/** What a picture is, apart from its levels. */
export type PictureTraits = Omit<PictureInfo, 'pictureId' | 'levelsDone'>;

const MIN_SIZE_PX = 16;
const MAX_SIZE_PX = 2048;
const MAX_STEPS = 1000;
const MAX_GUIDANCE = 100;
const MAX_PROMPT_CHARACTERS = 100_000;
const MAX_IMAGE_PIXELS = 1 << 26;
const MAX_FRAMES_BYTES = 1 << 29;

/** @throws {EngineError} BadRequest naming the first field that is wrong */
export function readGenerateRequest(
  request: GenerateRequest,
  manifest: ModelManifest,
): { readonly traits: PictureTraits; readonly levels: number } {
  const { sampler, config } = manifest;
  const steps = request.steps ?? sampler.steps;
  const guidance = request.guidance ?? sampler.guidance;
  whole('levels', request.levels, 1, config.levels);
  whole('steps', steps, 1, MAX_STEPS);
  finite('guidance', guidance, -MAX_GUIDANCE, MAX_GUIDANCE);
  finite('aspect.width', request.aspect.width, Number.MIN_VALUE, 1e6);
  finite('aspect.height', request.aspect.height, Number.MIN_VALUE, 1e6);
  if (request.prompt.length > MAX_PROMPT_CHARACTERS) {
    throw badRequest(
      'prompt',
      `at most ${MAX_PROMPT_CHARACTERS} characters`,
      request.prompt.length,
    );
  }
  checkPreviews(request.previews ?? []);
  const gt = request.seconds === undefined ? 1 : segmentsFor(request.seconds, config);
  return {
    levels: request.levels,
    traits: {
      origin: 'generated',
      prompt: request.prompt,
      seed: parseSeed(request.seed),
      grid: gridForAspect(request.aspect, config.k, gt),
      steps,
      guidance,
      mode: request.mode ?? sampler.mode,
    },
  };
}

/** @throws {EngineError} BadRequest */
export function checkContinueRequest(
  request: ContinueRequest,
  { levelsDone, counts }: Pick<PictureInfo, 'levelsDone' | 'counts'>,
  modelLevels: number,
): void {
  if (counts !== undefined) {
    throw new EngineError(
      'BadRequest',
      'Some patches of the picture have fewer levels than others; no model was trained to go on from there. Reconstruct it with all levels first.',
    );
  }
  if (levelsDone >= modelLevels) {
    throw new EngineError(
      'BadRequest',
      `The picture has all ${modelLevels} levels of this model already; there is nothing to add.`,
    );
  }
  whole('toLevel', request.toLevel, levelsDone + 1, modelLevels);
  checkPreviews(request.previews ?? []);
}

/** What a request to look at a picture is checked against. */
export interface Viewed {
  readonly grid: Grid;
  readonly levelsDone: number;
}

/**
 * Where the frame that a request asks for is in time.
 *
 * @throws {EngineError} BadRequest
 */
export function readDecodeRequest(
  request: DecodeRequest,
  { grid, levelsDone }: Viewed,
  kt: number,
): FramePlace {
  checkView(request, levelsDone);
  if (request.patches !== undefined) checkPatches(request.patches, request.sizePx, grid);
  if (request.frame === undefined) return posterPlace(grid);
  const { index, fps } = request.frame;
  assertClip(grid, 'frame');
  const pt = framesPerSegment(fps, kt);
  whole('frame.index', index, 0, grid.gt * pt - 1);
  return framePlace(index, pt);
}

/** Frames to decode. */
export interface FramesWanted {
  readonly fps: number;
  /** Where each is in time, in order. */
  readonly places: readonly FramePlace[];
}

/** @throws {EngineError} BadRequest */
export function readFramesRequest(
  request: FramesRequest,
  { grid, levelsDone }: Viewed,
  config: ModelConfig,
): FramesWanted {
  checkView(request, levelsDone);
  assertClip(grid, 'frames');
  const fps = request.fps ?? config.video?.fps ?? Math.ceil(MIN_FPS / config.kt) * config.kt;
  const pt = framesPerSegment(fps, config.kt);
  const { from, to } = request.frames ?? { from: 0, to: grid.gt * pt };
  whole('frames.from', from, 0, grid.gt * pt - 1);
  whole('frames.to', to, from + 1, grid.gt * pt);
  const { widthPx, heightPx } = sizeForShortSide(grid, request.sizePx);
  const atOnce = Math.max(1, Math.floor(MAX_FRAMES_BYTES / (widthPx * heightPx * 4)));
  if (to - from > atOnce) {
    throw badRequest('frames', `at most ${atOnce} of this size at a time`, to - from);
  }
  return { fps, places: Array.from({ length: to - from }, (_, i) => framePlace(from + i, pt)) };
}

/** @throws {EngineError} BadRequest */
function checkView(
  request: { readonly levels: number; readonly sizePx: number },
  levelsDone: number,
): void {
  if (levelsDone === 0) {
    throw new EngineError(
      'BadRequest',
      'The picture has no finished level yet. Wait for the first one.',
    );
  }
  whole('levels', request.levels, 1, levelsDone);
  whole('sizePx', request.sizePx, MIN_SIZE_PX, MAX_SIZE_PX);
}

/** Patches that are decoded alone have whole pixels, at least two on a side. */
function checkPatches(patches: PatchRange, sizePx: number, { gh, gw }: Grid): void {
  whole('patches.fromRow', patches.fromRow, 0, gh - 1);
  whole('patches.toRow', patches.toRow, patches.fromRow + 1, gh);
  whole('patches.fromColumn', patches.fromColumn, 0, gw - 1);
  whole('patches.toColumn', patches.toColumn, patches.fromColumn + 1, gw);
  const short = Math.min(gh, gw);
  if (sizePx % short !== 0 || sizePx < 2 * short) {
    throw badRequest('sizePx', `a multiple of ${short} from ${2 * short}, for patches`, sizePx);
  }
}

function assertClip(grid: Grid, field: string): void {
  if (!isClip(grid)) throw badRequest(field, 'left out, for the picture is an image', 'it');
}

/**
 * Gives Gt of the clip.
 *
 * @throws {EngineError} BadRequest
 */
export function checkFrames(frames: Frames, sizePx: number, { kt, k, video }: ModelConfig): number {
  finite('fps', frames.fps, 1, 1000);
  whole('frameCount', frames.frameCount, 1, MAX_IMAGE_PIXELS);
  const { frameCount, width, height, rgba } = frames;
  checkImage({ width, height: height * frameCount, rgba }, sizePx, k); // as one tall image
  const segments = Math.floor((frameCount * kt) / frames.fps + 1e-9); // whole ones; the rest is cut
  return segmentsFor(segments / kt, { kt, video });
}

/** @throws {EngineError} BadRequest */
export function checkImage(pixels: Pixels, sizePx: number, k: number): void {
  whole('image width', pixels.width, 1, MAX_IMAGE_PIXELS);
  whole('image height', pixels.height, 1, MAX_IMAGE_PIXELS);
  if (pixels.rgba.length !== pixels.width * pixels.height * 4) {
    throw badRequest(
      'image',
      `${pixels.width * pixels.height * 4} bytes for ${pixels.width} x ${pixels.height} pixels`,
      pixels.rgba.length,
    );
  }
  whole('sizePx', sizePx, 2 * k, 512);
}

/**
 * Checks the levels of each patch; undefined if they are all levels everywhere.
 *
 * @throws {EngineError} BadRequest
 */
export function readCounts(
  counts: readonly number[] | undefined,
  grid: Grid,
  levels: number,
): readonly number[] | undefined {
  if (counts === undefined) return undefined;
  if (counts.length !== patchCount(grid)) {
    throw badRequest('counts', `${patchCount(grid)} numbers, one a patch`, counts.length);
  }
  counts.forEach((count, patch) => whole(`counts[${patch}]`, count, 1, levels));
  return counts.every((count) => count === levels) ? undefined : counts;
}

function checkPreviews(previews: readonly PreviewTarget[]): void {
  previews.forEach(({ sizePx }, index) => {
    whole(`previews[${index}].sizePx`, sizePx, MIN_SIZE_PX, MAX_SIZE_PX);
  });
}

function whole(field: string, value: number, minimum: number, maximum: number): void {
  if (!Number.isInteger(value) || value < minimum || value > maximum) {
    throw badRequest(field, `a whole number from ${minimum} to ${maximum}`, value);
  }
}

function finite(field: string, value: number, minimum: number, maximum: number): void {
  if (!Number.isFinite(value) || value < minimum || value > maximum) {
    throw badRequest(field, `a number from ${minimum} to ${maximum}`, value);
  }
}

function badRequest(field: string, expected: string, found: unknown): EngineError {
  return new EngineError(
    'BadRequest',
    `The request's ${field} must be ${expected}, found ${String(found)}.`,
  );
}
