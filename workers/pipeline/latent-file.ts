/**
 * A picture as a file: everything needed to decode it at any size and to continue it, a few hundred kilobytes.
 * Layout: the 8 bytes "DCSLAT1\n", the header's length (uint32, little-endian), the header (JSON, UTF-8), zeros up to
 * a multiple of 4, then float32 little-endian values: `latents`, and in sync mode `trajectory`.
 */
import type { ContextMode, PictureInfo } from '../../src/contract/engine';
import { EngineError } from '../../src/contract/engine-error';
import { patchCount } from '../../src/contract/grid';
import { JsonReader } from '../../src/contract/json-reader';
import { parseSeed } from '../../src/contract/seed';

const MAGIC = 'DCSLAT1\n';
const HEADER_START = MAGIC.length + 4;
const FLOAT_BYTES = 4;
const MAX_FILE_BYTES = 1 << 30;

/** The content of a latent file. */
export interface LatentDocument extends Omit<PictureInfo, 'pictureId' | 'origin'> {
  readonly modelId: string;
  /** Identifies the weights that the latents belong to: the SHA-256 of the decoder's. */
  readonly decoderSha256: string;
  readonly latentDim: number;
  /** Normalised latents of the finished levels, (levelsDone, P, latentDim). */
  readonly latents: Float32Array<ArrayBuffer>;
  /** States before each sampler step, (levelsDone, steps, P, latentDim); null unless the mode is sync. */
  readonly trajectory: Float32Array<ArrayBuffer> | null;
}

/** Writes a latent file. */
export function writeLatentFile(document: LatentDocument): Uint8Array<ArrayBuffer> {
  const { latents, trajectory, ...header } = document;
  const json = new TextEncoder().encode(
    JSON.stringify({ ...header, hasTrajectory: trajectory !== null }),
  );
  const valuesStart = alignUp(HEADER_START + json.length);
  const values = trajectory === null ? [latents] : [latents, trajectory];
  const valueCount = values.reduce((sum, part) => sum + part.length, 0);
  const file = new Uint8Array(valuesStart + valueCount * FLOAT_BYTES);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode(MAGIC));
  view.setUint32(MAGIC.length, json.length, true);
  file.set(json, HEADER_START);
  let offset = valuesStart;
  for (const part of values) {
    for (const value of part) {
      view.setFloat32(offset, value, true);
      offset += FLOAT_BYTES;
    }
  }
  return file;
}

/**
 * Reads a latent file from anywhere.
 *
 * @throws {EngineError} LatentInvalid when it is not one, is cut off, or holds values that are not numbers
 */
export function readLatentFile(file: Uint8Array): LatentDocument {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < HEADER_START || decodeText(file.subarray(0, MAGIC.length)) !== MAGIC) {
    throw invalid('it does not begin like one');
  }
  const headerLength = view.getUint32(MAGIC.length, true);
  if (HEADER_START + headerLength > file.length) throw invalid('its header is cut off');
  const header = readHeader(
    parseJson(decodeText(file.subarray(HEADER_START, HEADER_START + headerLength))),
  );
  const { hasTrajectory, ...document } = header;
  const levelValues = patchCount(header.grid) * header.latentDim;
  const latentCount = header.levelsDone * levelValues;
  const trajectoryCount = hasTrajectory ? latentCount * header.steps : 0;
  const start = alignUp(HEADER_START + headerLength);
  const expectedBytes = start + (latentCount + trajectoryCount) * FLOAT_BYTES;
  if (expectedBytes !== file.length || expectedBytes > MAX_FILE_BYTES) {
    throw invalid(`its header asks for ${expectedBytes} bytes and it has ${file.length}`);
  }
  return {
    ...document,
    latents: readFloats(view, start, latentCount),
    trajectory: hasTrajectory
      ? readFloats(view, start + latentCount * FLOAT_BYTES, trajectoryCount)
      : null,
  };
}

function readHeader(
  json: unknown,
): Omit<LatentDocument, 'latents' | 'trajectory'> & { readonly hasTrajectory: boolean } {
  const root = new JsonReader(json, '', invalid);
  const mode: ContextMode = root.field('mode').oneOf(['clean-context', 'sync']);
  const hasTrajectory = root.field('hasTrajectory').flag();
  if (hasTrajectory && mode !== 'sync') throw invalid('only sync pictures have a trajectory');
  const grid = root.field('grid');
  return {
    modelId: root.field('modelId').text(),
    decoderSha256: root.field('decoderSha256').text(),
    prompt: root.field('prompt').text(),
    seed: parseSeed(root.field('seed').matching(/^\d{1,20}$/, 'a seed in digits')),
    grid: {
      gt: grid.field('gt').whole(1, 4096),
      gh: grid.field('gh').whole(1, 4096),
      gw: grid.field('gw').whole(1, 4096),
    },
    levelsDone: root.field('levelsDone').whole(1, 64),
    latentDim: root.field('latentDim').whole(1, 4096),
    steps: root.field('steps').whole(1, 1000),
    guidance: root.field('guidance').finite(),
    mode,
    hasTrajectory,
  };
}

function readFloats(view: DataView, start: number, count: number): Float32Array<ArrayBuffer> {
  const values = new Float32Array(count);
  for (let i = 0; i < count; i += 1) {
    const value = view.getFloat32(start + i * FLOAT_BYTES, true);
    if (!Number.isFinite(value)) throw invalid(`value ${i} is not a finite number`);
    values[i] = value;
  }
  return values;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EngineError('LatentInvalid', message('its header is not JSON'), { cause: error });
  }
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function alignUp(bytes: number): number {
  return Math.ceil(bytes / FLOAT_BYTES) * FLOAT_BYTES;
}

function invalid(finding: string): EngineError {
  return new EngineError('LatentInvalid', message(finding));
}

function message(finding: string): string {
  return `This is not a usable latent file: ${finding}. Choose a file saved by this studio.`;
}
