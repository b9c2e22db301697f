import fc from 'fast-check';
import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../settings';
import { latentIn, putIntoMp4, putIntoPng } from './carried-latent';
import { pictureFragment, readFragment, recipeFragment } from './share-link';

const DCS = [0x89, 0x44, 0x43, 0x53, 0x0d, 0x0a, 0x1a, 0x0a];
const PNG = bytesOf(encode({ width: 2, height: 1, data: new Uint8Array(6), channels: 3 }));
const MP4 = bytesOf([
  0,
  0,
  0,
  12,
  ...letters('ftyp'),
  ...letters('isom'),
  0,
  0,
  0,
  8,
  ...letters('free'),
]);
const latents = fc.uint8Array({ maxLength: 300 }).map((tail) => bytesOf([...DCS, ...tail]));

function bytesOf(values: Iterable<number>): Uint8Array<ArrayBuffer> {
  return new Uint8Array([...values]);
}

function letters(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

describe('a file that carries a latent', () => {
  it('gives back what was put into it', () => {
    fc.assert(
      fc.property(latents, (latent) => {
        expect(latentIn(latent)).toEqual(latent);
        expect(latentIn(putIntoPng(PNG, latent))).toEqual(latent);
        expect(latentIn(putIntoMp4(MP4, latent))).toEqual(latent);
      }),
    );
  });

  it('is the same picture to others: only one chunk or box more', () => {
    const latent = bytesOf(DCS);
    const png = putIntoPng(PNG, latent);
    expect([...png.subarray(0, PNG.length - 12)]).toEqual([...PNG.subarray(0, -12)]);
    expect([...png.subarray(-12)]).toEqual([...PNG.subarray(-12)]);
    expect([...putIntoMp4(MP4, latent).subarray(0, MP4.length)]).toEqual([...MP4]);
  });

  it('says what is wrong when there is none', () => {
    expect(() => latentIn(PNG)).toThrow('This PNG carries no latent');
    expect(() => latentIn(MP4)).toThrow('This MP4 carries no latent');
  });

  it('leaves other files as they are', () => {
    expect(latentIn(bytesOf([]))).toEqual(bytesOf([]));
    expect(latentIn(bytesOf([1, 2, 3]))).toEqual(bytesOf([1, 2, 3]));
  });

  it('never hangs or fails in another way, whatever the bytes', () => {
    const beginnings = fc.constantFrom<number[]>(DCS, [...PNG], [...MP4], [...PNG.subarray(0, 8)]);
    const files = fc.tuple(beginnings, fc.uint8Array({ maxLength: 200 }), fc.nat(400));
    fc.assert(
      fc.property(files, ([start, tail, cut]) => {
        const file = bytesOf([...start, ...tail].slice(0, cut));
        try {
          expect(latentIn(file).length).toBeLessThanOrEqual(file.length);
        } catch (error) {
          expect(error).toMatchObject({ name: 'LatentInvalid' });
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a link', () => {
  it('carries a picture when it is short enough', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (file) => {
        const fragment = pictureFragment(file);
        expect(fragment && readFragment(fragment)).toEqual({
          kind: 'picture',
          file: bytesOf(file),
        });
        expect(fragment).toMatch(/^#dcs=[\w-]*$/u);
      }),
    );
    expect(pictureFragment(new Uint8Array(6001))).toBeNull();
  });

  it('says how to make the same picture again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.nat(), (prompt, number) => {
        const settings = { ...DEFAULT_SETTINGS, prompt, seed: `${number}`, seconds: 2, steps: 12 };
        expect(readFragment(recipeFragment(settings))).toMatchObject({
          kind: 'recipe',
          settings: { prompt, seed: `${number}`, seconds: 2, steps: 12, isSeedLocked: true },
        });
      }),
    );
  });

  it('is nothing special when it is damaged', () => {
    for (const fragment of ['', '#', '#top', '#dcs=\u00e9', '#recipe=%7B', '#recipe=%E0%A4%A']) {
      expect(readFragment(fragment)).toBeNull();
    }
  });
});
