/**
 * A picture as a `.dcs` file: what is needed to decode it at any size and to continue it. Levels come one after another,
 * so that any prefix of the file is the picture of the levels that are whole in it. docs/dcs-format.md is the format.
 */
import type { ContextMode, LatentEncoding, PictureInfo } from '../../src/contract/engine';
import { EngineError } from '../../src/contract/engine-error';
import { patchCount } from '../../src/contract/grid';
import { JsonReader } from '../../src/contract/json-reader';
import { parseSeed } from '../../src/contract/seed';
import { type Box, boxBytes, type BoxesEnd, FIRST_BOX_AT, readBoxes, writeBoxes } from './boxes';
import { decodeCounts, encodeCounts } from './level-counts';
import { decodeValues, encodedBytes, encodeValues } from './level-values';

const VERSION = 1;
/** A capital: whoever does not know it would take the levels behind the first one for damaged. */
const COUNTS_BOX = 'Cnts';
const ENCODINGS: readonly LatentEncoding[] = ['int8', 'float16', 'float32'];
const CONTEXT_MODES: readonly ContextMode[] = ['clean-context', 'sync'];
const MAX_HEAD_BYTES = 1 << 16;
/** Of one level: 256 MB of float32. */
const MAX_LEVEL_VALUES = 1 << 26;
/** Before a level's values: its number (uint32) and its scale (float32). */
const LEVEL_HEAD_BYTES = 8;

/** The content of a `.dcs` file. */
export interface LatentDocument extends Omit<PictureInfo, 'pictureId' | 'origin'> {
  readonly modelId: string;
  /** Identifies the weights that the latents belong to: the SHA-256 of the decoder's. */
  readonly decoderSha256: string;
  readonly latentDim: number;
  /**
   * Normalised latents of the finished levels: for each level, latentDim values of each patch that has it, which is
   * (levelsDone, P, latentDim) without counts.
   */
  readonly latents: Float32Array<ArrayBuffer>;
  /** States before each sampler step, (levelsDone, steps, P, latentDim); null unless the mode is sync. */
  readonly trajectory: Float32Array<ArrayBuffer> | null;
}

/** What was read of a file that may be cut off: `levelsDone` of `levelsInFile` levels. */
export interface ReadDocument extends LatentDocument {
  readonly levelsInFile: number;
  readonly encoding: LatentEncoding;
}

/** What the `head` box says. */
type Head = Omit<LatentDocument, 'latents' | 'trajectory' | 'levelsDone' | 'counts'> & {
  readonly levels: number;
  readonly encoding: LatentEncoding;
  readonly hasTrajectory: boolean;
};

/** Writes a picture; the states of a sync sampler are always float32. */
export function writeDcsFile(
  document: LatentDocument,
  encoding: LatentEncoding,
): Uint8Array<ArrayBuffer> {
  const { latents, trajectory, levelsDone: levels } = document;
  const counts = countsUpTo(document.counts, levels);
  const { modelId, decoderSha256, prompt, seed, grid, latentDim, steps, guidance, mode } = document;
  const head: Head & { readonly version: number } = {
    version: VERSION,
    ...{ modelId, decoderSha256, prompt, seed, grid, levels, latentDim, encoding },
    ...{ steps, guidance, mode, hasTrajectory: trajectory !== null },
  };
  const headBox = { type: 'head', payload: new TextEncoder().encode(JSON.stringify(head)) };
  const countsBoxes = counts ? [{ type: COUNTS_BOX, payload: encodeCounts(counts, levels) }] : [];
  const sizes = levelSizes({ ...head, counts });
  const levelBoxes = sizes.map((size, i) => {
    const start = sizes.slice(0, i).reduce((sum, below) => sum + below, 0);
    const box = valuesBox('levl', i + 1, latents.subarray(start, start + size), encoding);
    if (trajectory === null) return [box];
    return [box, valuesBox('traj', i + 1, part(trajectory, i, levels), 'float32')];
  });
  const before = [headBox, ...countsBoxes];
  const first = before.reduce(
    (sum, { payload }) => sum + boxBytes(payload.length),
    FIRST_BOX_AT + boxBytes(4 * levels),
  );
  return writeBoxes([...before, tocBox(first, levelBoxes), ...levelBoxes.flat()]);
}

/**
 * Reads a `.dcs` file from anywhere, whole or cut off after any byte.
 *
 * @throws {EngineError} LatentInvalid when it is not one, or is cut off or damaged before its first level ends
 */
export function readDcsFile(file: Uint8Array): ReadDocument {
  const read = readBoxes(file);
  if (read === null) throw invalid('it does not begin like one');
  const [headBox, ...boxes] = read.boxes;
  if (headBox?.type !== 'head') throw invalid(`its head is ${whatHappened(read.end)}`);
  const head = readHead(headBox);
  const counts = readCountsBox(boxes, head);
  const { latents, trajectory } = readLevels(boxes, head, levelSizes({ ...head, counts }));
  if (latents.length === 0) throw invalid(`its first level is ${whatHappened(read.end)}`);
  const { levels, hasTrajectory, ...traits } = head;
  const countsDone = countsUpTo(counts, latents.length);
  return {
    ...traits,
    ...(countsDone && { counts: countsDone }),
    levelsDone: latents.length,
    levelsInFile: levels,
    latents: joined(latents),
    trajectory: hasTrajectory ? joined(trajectory) : null,
  };
}

/** The counts of a picture with so many levels; undefined if every patch has all of these. */
function countsUpTo(
  counts: readonly number[] | undefined,
  levels: number,
): readonly number[] | undefined {
  const clipped = counts?.map((count) => Math.min(count, levels));
  return clipped?.some((count) => count < levels) ? clipped : undefined;
}

/** Values of each level. */
function levelSizes({
  grid,
  latentDim,
  levels,
  counts,
}: Pick<Head, 'grid' | 'latentDim' | 'levels'> & {
  readonly counts: readonly number[] | undefined;
}): number[] {
  return Array.from({ length: levels }, (_, i) => {
    if (counts === undefined) return patchCount(grid) * latentDim;
    return counts.reduce((sum, count) => (count > i ? sum + latentDim : sum), 0);
  });
}

/**
 * How many levels each patch has: undefined where all have all.
 *
 * @throws {EngineError} LatentInvalid when the box is not at its place, or not one of this picture
 */
function readCountsBox(
  boxes: readonly Box[],
  { grid, levels, hasTrajectory }: Head,
): readonly number[] | undefined {
  const at = boxes.findIndex(({ type }) => type === COUNTS_BOX);
  if (at === -1) return undefined;
  const isFirst = boxes.slice(0, at).every(({ type }) => type !== 'levl' && type !== 'traj');
  const isOnly = boxes.filter(({ type }) => type === COUNTS_BOX).length === 1;
  const counts = decodeCounts(boxes[at]!.payload, patchCount(grid), levels);
  if (counts === null || !isFirst || !isOnly || hasTrajectory) {
    throw invalid('the levels of its patches are not those of its head');
  }
  return counts;
}

/** The levels that are whole, up to the first that is missing, damaged or not the next one. */
function readLevels(
  boxes: readonly Box[],
  { levels, encoding, hasTrajectory, steps }: Head,
  sizes: readonly number[],
): { latents: Float32Array[]; trajectory: Float32Array[] } {
  const latents: Float32Array[] = [];
  const trajectory: Float32Array[] = [];
  const isWhole = (): boolean => !hasTrajectory || trajectory.length === latents.length;
  for (const box of boxes) {
    if (box.type === 'levl' && latents.length < levels && isWhole()) {
      const values = readValues(box, latents.length + 1, sizes[latents.length]!, encoding);
      if (values === null) break;
      latents.push(values);
    } else if (box.type === 'traj' && !isWhole()) {
      const values = readValues(box, latents.length, sizes[0]! * steps, 'float32');
      if (values === null) break;
      trajectory.push(values);
    } else if (box.type === 'levl' || box.type === 'traj') {
      break;
    } else if (/^[A-Z]/.test(box.type) && box.type !== COUNTS_BOX) {
      throw invalid(`it has a part "${box.type}" that a newer version wrote`);
    }
  }
  return { latents: latents.slice(0, hasTrajectory ? trajectory.length : undefined), trajectory };
}

function readHead({ payload }: Box): Head {
  if (payload.length > MAX_HEAD_BYTES) throw invalid(`its head has ${payload.length} bytes`);
  const root = new JsonReader(parseJson(new TextDecoder().decode(payload)), '', invalid);
  const version = root.field('version').whole(1);
  if (version > VERSION) throw invalid(`it has version ${version}, this studio reads ${VERSION}`);
  const grid = root.field('grid');
  const head: Head = {
    modelId: root.field('modelId').text(),
    decoderSha256: root.field('decoderSha256').text(),
    prompt: root.field('prompt').text(),
    seed: parseSeed(root.field('seed').matching(/^\d{1,20}$/, 'a seed in digits')),
    grid: {
      gt: grid.field('gt').whole(1, 4096),
      gh: grid.field('gh').whole(1, 4096),
      gw: grid.field('gw').whole(1, 4096),
    },
    levels: root.field('levels').whole(1, 64),
    latentDim: root.field('latentDim').whole(1, 4096),
    steps: root.field('steps').whole(1, 1000),
    guidance: root.field('guidance').finite(),
    mode: root.field('mode').oneOf(CONTEXT_MODES),
    encoding: root.field('encoding').oneOf(ENCODINGS),
    hasTrajectory: root.field('hasTrajectory').flag(),
  };
  if (head.hasTrajectory && head.mode !== 'sync') {
    throw invalid('only sync pictures have a trajectory');
  }
  const values = patchCount(head.grid) * head.latentDim * (head.hasTrajectory ? head.steps : 1);
  if (values > MAX_LEVEL_VALUES) throw invalid(`its head asks for ${values} values a level`);
  return head;
}

function valuesBox(
  type: string,
  level: number,
  values: Float32Array,
  encoding: LatentEncoding,
): Box {
  const { scale, bytes } = encodeValues(values, encoding);
  const payload = new Uint8Array(LEVEL_HEAD_BYTES + bytes.length);
  const view = new DataView(payload.buffer);
  view.setUint32(0, level, true);
  view.setFloat32(4, scale, true);
  payload.set(bytes, LEVEL_HEAD_BYTES);
  return { type, payload };
}

/** Null unless the box holds `count` finite values of this level. */
function readValues(
  { payload }: Box,
  level: number,
  count: number,
  encoding: LatentEncoding,
): Float32Array<ArrayBuffer> | null {
  if (payload.length !== LEVEL_HEAD_BYTES + encodedBytes(count, encoding)) return null;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  if (view.getUint32(0, true) !== level) return null;
  const scale = view.getFloat32(4, true);
  return decodeValues({ scale, bytes: payload.subarray(LEVEL_HEAD_BYTES) }, encoding);
}

/** Where to cut: for each level, the byte after which it is whole (uint32). */
function tocBox(first: number, levelBoxes: readonly (readonly Box[])[]): Box {
  const payload = new Uint8Array(4 * levelBoxes.length);
  const view = new DataView(payload.buffer);
  let end = first;
  levelBoxes.forEach((boxes, i) => {
    end += boxes.reduce((sum, box) => sum + boxBytes(box.payload.length), 0);
    view.setUint32(4 * i, end, true);
  });
  return { type: 'toc ', payload };
}

/** The `index`th of `count` equal parts. */
function part(values: Float32Array, index: number, count: number): Float32Array {
  const size = values.length / count;
  return values.subarray(index * size, (index + 1) * size);
}

function joined(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const values of parts) {
    whole.set(values, offset);
    offset += values.length;
  }
  return whole;
}

function whatHappened(end: BoxesEnd): string {
  return end === 'cut' ? 'cut off' : end === 'damaged' ? 'damaged' : 'missing or damaged';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EngineError('LatentInvalid', message('its head is not JSON'), { cause: error });
  }
}

function invalid(finding: string): EngineError {
  return new EngineError('LatentInvalid', message(finding));
}

function message(finding: string): string {
  return `This is not a usable .dcs file: ${finding}. Choose a file saved by this studio.`;
}
