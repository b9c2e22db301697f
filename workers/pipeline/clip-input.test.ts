import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frames } from '../../src/contract/clip';
import { affordableFrames, clipTokens, fitFrames, thinFrames } from './clip-input';

describe('the frames of a clip', () => {
  it('that are kept end with the last one, in whole segments, in order', () => {
    const rate = fc.double({ min: 1, max: 120, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        rate,
        fc.constantFrom(2, 4, 6),
        (n, fps, kt) => {
          fc.pre((n * kt) / fps >= 1);
          const { pt, kept } = fitFrames(n, fps, kt);
          expect(kept.length % pt).toBe(0);
          expect(kept.at(-1)).toBe(n - 1);
          expect(kept.every((frame, i) => i === 0 || frame >= kept[i - 1]!)).toBe(true);
          expect(kept[0]).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('are thinned to those that end the same stretches of time', () => {
    const fitted = fitFrames(24, 24, 4); // 4 segments of 6
    expect(thinFrames(fitted, 6)).toEqual(fitted);
    expect(thinFrames(fitted, 2)).toEqual({ pt: 2, kept: [2, 5, 8, 11, 14, 17, 20, 23] });
    expect(thinFrames(fitted, 1).kept).toEqual([5, 11, 17, 23]);
  });

  it('are as many as the attention over them may cost, and divide the segment', () => {
    const shape = { patches: 10, p: 4, heads: 2 };
    const weights = (frames: number): number => 20 * (frames * 16) ** 2;
    expect(affordableFrames(6, shape, weights(6))).toBe(6);
    expect(affordableFrames(6, shape, weights(6) - 1)).toBe(3);
    expect(affordableFrames(6, shape, weights(1))).toBe(1);
    expect(affordableFrames(6, shape, weights(1) - 1)).toBeNull();
  });

  it('become tokens in the order segment, patch, frame, row, column', () => {
    const [width, height, frameCount] = [4, 2, 4];
    // every pixel of a frame has the colour of its frame and its patch
    const rgba = Uint8ClampedArray.from({ length: frameCount * width * height * 4 }, (_, i) => {
      const pixel = Math.floor(i / 4);
      const frame = Math.floor(pixel / (width * height));
      return i % 4 === 3 ? 255 : 10 * frame + (pixel % width < 2 ? 0 : 100);
    });
    const frames: Frames = { fps: 4, frameCount, width, height, rgba };
    const grid = { gt: 2, gh: 1, gw: 2 };
    const shape = { grid, p: 2, coordMode: 'center' } as const;
    const tokens = clipTokens(frames, fitFrames(4, 4, 2), shape);
    const bytes = Array.from({ length: tokens.length / 12 }, (_, i) => {
      const values = [...tokens.subarray(12 * i, 12 * (i + 1))].map((v) => (v + 1) * 127.5);
      return new Set(values.map(Math.round));
    });
    const wanted = [0, 10, 100, 110, 20, 30, 120, 130]; // (g, x, frame)
    expect(bytes).toEqual(wanted.map((byte) => new Set([byte])));
  });
});
