/** Reads what the page asks for, once, at the edge: messages name the field, what was found and what would do. */
import type {
  ContinueRequest,
  DecodeRequest,
  GenerateRequest,
  PictureInfo,
  Pixels,
  PreviewTarget,
} from './engine';
import { EngineError } from './engine-error';
import type { ModelManifest } from './manifest';
import { gridForAspect } from './grid';
import { parseSeed } from './seed';

/** What a picture is, apart from its levels. */
export type PictureTraits = Omit<PictureInfo, 'pictureId' | 'levelsDone'>;

const MIN_SIZE_PX = 16;
const MAX_SIZE_PX = 2048;
const MAX_STEPS = 1000;
const MAX_GUIDANCE = 100;
const MAX_PROMPT_CHARACTERS = 100_000;
const MAX_IMAGE_PIXELS = 1 << 26;

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
  return {
    levels: request.levels,
    traits: {
      origin: 'generated',
      prompt: request.prompt,
      seed: parseSeed(request.seed),
      grid: gridForAspect(request.aspect, config.k),
      steps,
      guidance,
      mode: request.mode ?? sampler.mode,
    },
  };
}

/** @throws {EngineError} BadRequest */
export function checkContinueRequest(
  request: ContinueRequest,
  levelsDone: number,
  modelLevels: number,
): void {
  if (levelsDone >= modelLevels) {
    throw new EngineError(
      'BadRequest',
      `The picture has all ${modelLevels} levels of this model already; there is nothing to add.`,
    );
  }
  whole('toLevel', request.toLevel, levelsDone + 1, modelLevels);
  checkPreviews(request.previews ?? []);
}

/** @throws {EngineError} BadRequest */
export function checkDecodeRequest(request: DecodeRequest, levelsDone: number): void {
  if (levelsDone === 0) {
    throw new EngineError(
      'BadRequest',
      'The picture has no finished level yet. Wait for the first one.',
    );
  }
  whole('levels', request.levels, 1, levelsDone);
  whole('sizePx', request.sizePx, MIN_SIZE_PX, MAX_SIZE_PX);
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
