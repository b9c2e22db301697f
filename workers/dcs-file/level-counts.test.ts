/** Files of pictures whose patches have different numbers of levels. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boxBytes, readBoxes, writeBoxes } from './boxes';
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

const COUNTS = [3, 1, 2, 1, 3, 2];
const DROPPED = picture({
  counts: COUNTS,
  latents: Float32Array.from({ length: (6 + 4 + 2) * 4 }, (_, i) => Math.cos(i) * (i % 7)),
});

/** The first levels of the picture whose patches have different numbers of them, as reading gives it. */
function droppedPrefix(levelsDone: number): object {
  return {
    ...picture(),
    ...(levelsDone > 1 && { counts: COUNTS.map((count) => Math.min(count, levelsDone)) }),
    levelsDone,
    levelsInFile: LEVELS,
    latents: DROPPED.latents.slice(0, [6, 10, 12][levelsDone - 1]! * 4),
    encoding: 'float32',
  };
}

describe('.dcs files', () => {
  it('whose patches have fewer levels hold no values of those, and come back', () => {
    const file = writeDcsFile(DROPPED, 'float32');
    expect(readDcsFile(file)).toEqual(droppedPrefix(LEVELS));
    const even = writeDcsFile(picture(), 'float32');
    const countsBytes = boxBytes(2); // six times two bits
    expect(even.length - file.length).toBe(4 * (LEVELS * VALUES - 12 * 4) - countsBytes);
    expect(readDcsFile(writeDcsFile(picture({ counts: [3, 3, 3, 3, 3, 3] }), 'float32'))).toEqual(
      prefixOf(picture(), LEVELS),
    );
  });

  it('whose patches have fewer levels are, cut off anywhere, the levels that are whole', () => {
    const file = writeDcsFile(DROPPED, 'float32');
    const cuts = cutPoints(file);
    expect(cuts.at(-1)).toBe(file.length);
    cuts.forEach((end, i) => {
      expect(readDcsFile(file.subarray(0, end))).toEqual(droppedPrefix(i + 1));
    });
    fc.assert(
      fc.property(fc.nat(file.length), (length) => {
        const whole = cuts.filter((end) => end <= length).length;
        const read = readOrRefused(file.subarray(0, length));
        if (whole === 0) expect(read).toBeNull();
        else expect(read).toEqual(droppedPrefix(whole));
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  it('with any counts of few patches and levels come back, and are the same when written again', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(counts, (of) => {
        const levelsDone = Math.max(...of);
        const length = 4 * of.reduce((sum, count) => sum + count, 0);
        const latents = Float32Array.from({ length }, (_, i) => Math.sin(i));
        const file = writeDcsFile(picture({ counts: of, levelsDone, latents }), 'float32');
        const read = readDcsFile(file);
        expect(read).toMatchObject({ levelsDone, latents });
        expect(read.counts).toEqual(of.some((count) => count < levelsDone) ? of : undefined);
        expect(writeDcsFile(read, 'float32')).toEqual(file);
      }),
      { numRuns: FUZZ_RUNS / 10 },
    );
  });

  it('with counts that are not those of the picture are refused', () => {
    const { boxes } = readBoxes(writeDcsFile(DROPPED, 'float32'))!;
    const [head, counts, ...rest] = boxes;
    expect(counts!.type).toBe('Cnts');
    const withCounts = (...payload: number[]): Uint8Array =>
      writeBoxes([head!, { type: 'Cnts', payload: Uint8Array.from(payload) }, ...rest]);
    const first = 0b01_00_10; // 3, 1, 2
    expect(readDcsFile(withCounts(0b00_010010, 0b0110)).counts).toEqual(COUNTS);
    const hostile = {
      'too short': withCounts(first),
      'too long': withCounts(0b00_010010, 0b0110, 0),
      'with a level that is not there': withCounts(0b00_010011, 0b0110),
      'without the last level': withCounts(0b00_010001, 0b0101),
      'with all levels everywhere': withCounts(0b10101010, 0b1010),
      'with bits behind the last patch': withCounts(0b00_010010, 0b10110),
      'behind the first level': writeBoxes([head!, rest[0]!, rest[1]!, counts!, ...rest.slice(2)]),
      twice: writeBoxes([head!, counts!, counts!, ...rest]),
      'with sampler states': writeBoxes([
        readBoxes(writeDcsFile(SYNC, 'float32'))!.boxes[0]!,
        counts!,
        ...rest,
      ]),
    };
    for (const [what, file] of Object.entries(hostile)) {
      expect(() => readDcsFile(file), what).toThrow('the levels of its patches');
    }
  });

  it('with counts and flipped bits are refused, or give levels that were written', () => {
    const file = writeDcsFile(DROPPED, 'float32');
    fc.assert(
      fc.property(flipped(file), (broken) => {
        const read = readOrRefused(broken);
        if (read !== null) expect(read).toEqual(droppedPrefix(read.levelsDone));
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
