import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LatentEncoding } from '../../src/contract/engine';
import { boxBytes, FIRST_BOX_AT, readBoxes, writeBoxes } from './boxes';
import { readDcsFile, writeDcsFile } from './dcs-file';
import {
  cutPoints,
  flipped,
  FUZZ_RUNS,
  LEVELS,
  picture,
  prefixOf,
  readOrRefused,
  SYNC,
  VALUES,
} from '../../cli/testing/dcs-files';

const ENCODINGS: readonly LatentEncoding[] = ['int8', 'float16', 'float32'];

describe('.dcs files', () => {
  it.each([picture(), SYNC])('come back with the same bits ($mode)', (document) => {
    expect(readDcsFile(writeDcsFile(document, 'float32'))).toEqual(prefixOf(document, LEVELS));
  });

  it('come back rounded, in a quarter or half of the size', () => {
    const { latents } = picture();
    const sizes = ENCODINGS.map((encoding) => {
      const file = writeDcsFile(picture(), encoding);
      const largest = latents.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
      const step = { int8: largest / 127 / 2, float16: largest * 2 ** -11, float32: 0 }[encoding];
      readDcsFile(file).latents.forEach((value, i) => {
        expect(Math.abs(value - latents[i]!)).toBeLessThanOrEqual(step * 1.0001);
      });
      return file.length;
    });
    expect(sizes[1]! - sizes[0]!).toBe(LEVELS * VALUES + 'float16'.length - 'int8'.length);
    expect(sizes[2]! - sizes[1]!).toBe(2 * LEVELS * VALUES);
  });

  it('written again after reading are the same', () => {
    for (const encoding of ['float16', 'float32'] as const) {
      const once = readDcsFile(writeDcsFile(picture(), encoding));
      expect(readDcsFile(writeDcsFile(once, encoding))).toEqual(once);
    }
  });

  it.each([picture(), SYNC])('say where they can be cut ($mode)', (document) => {
    const file = writeDcsFile(document, 'float32');
    const cuts = cutPoints(file);
    expect(cuts.at(-1)).toBe(file.length);
    const stateBytes = document.trajectory === null ? 0 : 20 + 4 * 3 * VALUES;
    expect(cuts[1]! - cuts[0]!).toBe(20 + 4 * VALUES + stateBytes);
    cuts.forEach((end, i) => {
      expect(readDcsFile(file.subarray(0, end))).toEqual(prefixOf(document, i + 1));
    });
  });

  it('cut off anywhere are the picture of the levels that are whole, or refused before the first', () => {
    for (const document of [picture(), SYNC]) {
      const file = writeDcsFile(document, 'float32');
      const cuts = cutPoints(file);
      fc.assert(
        fc.property(fc.nat(file.length), (length) => {
          const whole = cuts.filter((end) => end <= length).length;
          const read = readOrRefused(file.subarray(0, length));
          if (whole === 0) expect(read).toBeNull();
          else expect(read).toEqual(prefixOf(document, whole));
        }),
        { numRuns: FUZZ_RUNS },
      );
    }
  });

  it('with flipped bits are refused, or give levels that were written', () => {
    const document = picture();
    const file = writeDcsFile(document, 'float32');
    fc.assert(
      fc.property(flipped(file), (broken) => {
        const read = readOrRefused(broken);
        if (read !== null) expect(read).toEqual(prefixOf(document, read.levelsDone));
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('with hostile heads and boxes are refused or read, and never take more memory than they have', () => {
    const large = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(4096, 64, 1, 2 ** 31));
    const head = fc.record({
      ...Object.fromEntries(
        ['levels', 'latentDim', 'steps', 'guidance', 'version'].map((name) => [name, large]),
      ),
      grid: fc.record({ gt: large, gh: large, gw: large }),
      mode: fc.constantFrom('sync', 'clean-context', 'none'),
      encoding: fc.constantFrom(...ENCODINGS, 'int4'),
      hasTrajectory: fc.boolean(),
      seed: fc.constantFrom('1', '-1', ''),
      modelId: fc.string(),
      decoderSha256: fc.string(),
      prompt: fc.string({ unit: 'binary' }),
    });
    const payload = fc.uint8Array({ maxLength: 64 });
    const type = fc.constantFrom('levl', 'traj', 'toc ', 'head', 'Cnts', 'Xtra', 'xtra');
    fc.assert(
      fc.property(
        fc.oneof(head, fc.jsonValue()),
        fc.array(fc.record({ type, payload }), { maxLength: 6 }),
        (json, boxes) => {
          const first = { type: 'head', payload: new TextEncoder().encode(JSON.stringify(json)) };
          const file = writeBoxes([first, ...boxes]);
          const read = readOrRefused(file);
          if (read !== null) expect(read.latents.length).toBeLessThanOrEqual(file.length);
        },
      ),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('of other kinds are refused', () => {
    for (const bytes of [new Uint8Array(0), new TextEncoder().encode('\x89PNG\r\n\x1a\n0000')]) {
      expect(readOrRefused(bytes)).toBeNull();
    }
  });

  it('skip boxes they do not know, but for those that must be known', () => {
    const { boxes } = readBoxes(writeDcsFile(picture(), 'float32'))!;
    const withBox = (type: string): Uint8Array =>
      writeBoxes([boxes[0]!, { type, payload: Uint8Array.of(1, 2) }, ...boxes.slice(1)]);
    expect(readDcsFile(withBox('note')).levelsDone).toBe(LEVELS);
    expect(() => readDcsFile(withBox('Xtra'))).toThrow('a part "Xtra" that a newer version wrote');
  });

  it('of a newer version say so', () => {
    const { boxes } = readBoxes(writeDcsFile(picture(), 'float32'))!;
    const head = JSON.parse(new TextDecoder().decode(boxes[0]!.payload)) as object;
    const payload = new TextEncoder().encode(JSON.stringify({ ...head, version: 2 }));
    expect(() => readDcsFile(writeBoxes([{ type: 'head', payload }]))).toThrow(
      'version 2, this studio reads 1',
    );
  });

  it('with a level that is not the next one, or holds no numbers, end before it', () => {
    const { boxes } = readBoxes(writeDcsFile(picture(), 'float32'))!;
    const [head, toc, first, second, third] = boxes;
    expect(readDcsFile(writeBoxes([head!, toc!, first!, third!, second!])).levelsDone).toBe(1);
    const latents = picture()
      .latents.slice()
      .fill(NaN, VALUES, VALUES + 1);
    expect(readDcsFile(writeDcsFile(picture({ latents }), 'float32')).levelsDone).toBe(1);
    expect(readOrRefused(writeBoxes([head!, toc!, second!]))).toBeNull();
  });
});

describe('boxes', () => {
  it('are found whole in any file that begins with them, and end where one is cut or damaged', () => {
    const boxes = [
      { type: 'a   ', payload: new Uint8Array(0) },
      { type: 'bcde', payload: Uint8Array.of(1, 2, 3) },
    ];
    const file = writeBoxes(boxes);
    expect(file.length).toBe(FIRST_BOX_AT + boxBytes(0) + boxBytes(3));
    expect(readBoxes(file)).toEqual({ boxes, end: 'whole' });
    expect(readBoxes(file.subarray(0, file.length - 1))).toEqual({ boxes: [boxes[0]], end: 'cut' });
    const damaged = file.slice();
    damaged[file.length - 5]! ^= 1;
    expect(readBoxes(damaged)).toEqual({ boxes: [boxes[0]], end: 'damaged' });
    expect(readBoxes(file.subarray(1))).toBeNull();
  });

  it('without end are not followed for ever', () => {
    const many = Array.from({ length: 5000 }, () => ({ type: 'a', payload: new Uint8Array(0) }));
    const read = readBoxes(writeBoxes(many.map((box) => ({ ...box, type: 'a   ' }))))!;
    expect(read.end).toBe('damaged');
    expect(read.boxes.length).toBe(4096);
  });
});
