/** Pictures to write, and what reading gives of parts of their files. */
import fc from 'fast-check';
import { isEngineError } from '../../src/contract/engine-error';
import { parseSeed } from '../../src/contract/seed';
import { readBoxes } from '../../workers/dcs-file/boxes';
import type { LatentDocument } from '../../workers/dcs-file/dcs-file';
import { readDcsFile } from '../../workers/dcs-file/dcs-file';

/** A sample of the hostile files in every run; `npm run fuzz` tries 100,000 of each kind. */
export const FUZZ_RUNS = Number(process.env['DCS_FUZZ_RUNS'] ?? '1000');
/** Of the pictures. */
export const LEVELS = 3;
/** Of a level. */
export const VALUES = 24;

/** A picture of six patches, with changes. */
export function picture(changes: Partial<LatentDocument> = {}): LatentDocument {
  return {
    modelId: 'tiny',
    decoderSha256: 'ab',
    prompt: 'a red apple \u{1F34E}',
    seed: parseSeed('18446744073709551615'),
    grid: { gt: 1, gh: 2, gw: 3 },
    levelsDone: LEVELS,
    latentDim: 4,
    steps: 3,
    guidance: 6,
    mode: 'clean-context',
    latents: Float32Array.from({ length: LEVELS * VALUES }, (_, i) => Math.sin(i) * (i % 5)),
    trajectory: null,
    ...changes,
  };
}

/** The same from the paper's sampler. */
export const SYNC = picture({
  mode: 'sync',
  trajectory: Float32Array.from({ length: LEVELS * VALUES * 3 }, (_, i) => -i / 3),
});

/** The picture of the first levels, as reading gives it. */
export function prefixOf(document: LatentDocument, levelsDone: number): object {
  const { latents, trajectory } = document;
  return {
    ...document,
    levelsDone,
    levelsInFile: LEVELS,
    latents: latents.slice(0, levelsDone * VALUES),
    encoding: 'float32',
    trajectory: trajectory?.slice(0, levelsDone * VALUES * 3) ?? null,
  };
}

/** Byte after which each level is whole: what the `toc ` box says. */
export function cutPoints(file: Uint8Array): number[] {
  const toc = readBoxes(file)!.boxes.find(({ type }) => type === 'toc ')!.payload;
  const view = new DataView(toc.buffer, toc.byteOffset);
  return Array.from({ length: toc.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}

/** What reading gives, or null for a file that is refused as it should be. */
export function readOrRefused(file: Uint8Array): ReturnType<typeof readDcsFile> | null {
  try {
    return readDcsFile(file);
  } catch (error) {
    if (isEngineError(error, 'LatentInvalid')) return null;
    throw error;
  }
}

/** The file with one bit or more turned over, anywhere. */
export function flipped(file: Uint8Array<ArrayBuffer>): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const flips = fc.array(fc.record({ at: fc.nat(file.length - 1), bit: fc.nat(7) }), {
    minLength: 1,
  });
  return flips.map((turned) => {
    const broken = file.slice();
    for (const { at, bit } of turned) broken[at]! ^= 1 << bit;
    return broken;
  });
}
