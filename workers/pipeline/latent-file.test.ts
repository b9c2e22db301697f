import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEngineError } from '../../src/contract/engine-error';
import { parseSeed } from '../../src/contract/seed';
import type { LatentDocument } from './latent-file';
import { readLatentFile, writeLatentFile } from './latent-file';

function picture(changes: Partial<LatentDocument> = {}): LatentDocument {
  return {
    modelId: 'tiny',
    decoderSha256: 'ab',
    prompt: 'a red apple \u{1F34E}',
    seed: parseSeed('18446744073709551615'),
    grid: { gt: 1, gh: 2, gw: 3 },
    levelsDone: 2,
    latentDim: 4,
    steps: 3,
    guidance: 6,
    mode: 'clean-context',
    latents: Float32Array.from({ length: 48 }, (_, i) => i / 7),
    trajectory: null,
    ...changes,
  };
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (isEngineError(error)) return error.name;
    throw error;
  }
  return 'none';
}

describe('latent files', () => {
  it('come back with the same bits', () => {
    const written = picture();
    expect(readLatentFile(writeLatentFile(written))).toEqual(written);
    const trajectory = Float32Array.from({ length: 144 }, (_, i) => -i);
    const sync = picture({ mode: 'sync', trajectory });
    expect(readLatentFile(writeLatentFile(sync))).toEqual(sync);
  });

  it('can be read from the middle of a buffer', () => {
    const file = writeLatentFile(picture());
    const padded = new Uint8Array(file.length + 3);
    padded.set(file, 3);
    expect(readLatentFile(padded.subarray(3))).toEqual(picture());
  });

  it('that are cut off anywhere are refused', () => {
    const file = writeLatentFile(picture());
    fc.assert(
      fc.property(fc.nat(file.length - 1), (length) => {
        expect(codeOf(() => readLatentFile(file.subarray(0, length)))).toBe('LatentInvalid');
      }),
    );
  });

  it('with a broken byte are refused or read, but never break the reader', () => {
    const file = writeLatentFile(picture());
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.nat(255), (index, value) => {
        const broken = file.slice();
        broken[index] = value;
        expect(['none', 'LatentInvalid']).toContain(codeOf(() => readLatentFile(broken)));
      }),
      { numRuns: 500 },
    );
  });

  it('with a value that is not a number are refused', () => {
    const latents = new Float32Array(48).fill(NaN, 7, 8);
    expect(() => readLatentFile(writeLatentFile(picture({ latents })))).toThrow(
      'value 7 is not a finite number',
    );
  });

  it('of other kinds are refused', () => {
    expect(codeOf(() => readLatentFile(new Uint8Array(0)))).toBe('LatentInvalid');
    expect(codeOf(() => readLatentFile(new TextEncoder().encode('\x89PNG\r\n0000')))).toBe(
      'LatentInvalid',
    );
  });
});
