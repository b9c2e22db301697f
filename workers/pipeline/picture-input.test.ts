import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../src/contract/engine';
import { pixelTokens } from './picture-input';

function image(width: number, height: number, at: (x: number, y: number) => number[]): Pixels {
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rgba.set(at(x, y), (y * width + x) * 4);
  }
  return { width, height, rgba };
}

describe('pixelTokens', () => {
  it('cuts an image of the right size into patches without changing a value', () => {
    const picture = image(6, 4, (x, y) => [x * 40, y * 60, 255, 255]);
    const tokens = pixelTokens(picture, { gt: 1, gh: 2, gw: 3 }, 2, 'center');
    // Patch (1, 2), pixel (0, 1): image row 2, column 5.
    const start = ((5 * 2 + 0) * 2 + 1) * 3;
    [200, 120, 255].forEach((value, colour) => {
      expect(tokens[start + colour]).toBeCloseTo(value / 127.5 - 1, 5);
    });
  });

  it('keeps one colour one colour, whatever the size', () => {
    for (const [width, height] of [
      [1, 1],
      [3, 50],
      [97, 31],
    ] as const) {
      const tokens = pixelTokens(
        image(width, height, () => [255, 255, 255, 255]),
        { gt: 1, gh: 2, gw: 3 },
        5,
        'corner',
      );
      expect(tokens.every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
    }
  });

  it('shows white through transparency', () => {
    const tokens = pixelTokens(
      image(2, 2, () => [0, 0, 0, 0]),
      { gt: 1, gh: 1, gw: 1 },
      2,
      'center',
    );
    expect(tokens.every((value) => value === 1)).toBe(true);
  });

  it('averages what it shrinks, so that fine stripes become grey', () => {
    const stripes = image(64, 64, (x) => (x % 2 === 0 ? [0, 0, 0, 255] : [255, 255, 255, 255]));
    const tokens = pixelTokens(stripes, { gt: 1, gh: 2, gw: 2 }, 4, 'center');
    expect(tokens.every((value) => Math.abs(value) < 0.05)).toBe(true);
  });

  it('follows a ramp when it enlarges', () => {
    const ramp = image(16, 16, (x) => [x * 16, 0, 0, 255]);
    const tokens = pixelTokens(ramp, { gt: 1, gh: 1, gw: 1 }, 32, 'center');
    const middle = (15 * 32 + 15) * 3;
    expect(tokens[middle]! * 127.5 + 127.5).toBeCloseTo(16 * (15.5 / 2 - 0.5), 3);
  });
});
