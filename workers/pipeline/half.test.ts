import { describe, expect, it } from 'vitest';
import { widenHalf } from './half';

/** The value of a float16 by the definition of the format. */
function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

describe('widenHalf', () => {
  it('is exact for every one of the 65536 values', () => {
    const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);
    const wide = widenHalf(new Uint8Array(all.buffer));
    for (let bits = 0; bits < 65536; bits += 1) {
      if (!Object.is(wide[bits], halfValue(bits))) {
        expect(wide[bits], `bits ${bits.toString(16)}`).toBe(halfValue(bits));
      }
    }
  });

  it('reads bytes that do not start at an even address', () => {
    const bytes = Uint8Array.of(0xff, 0x00, 0x3c, 0x00, 0xc0);
    expect(widenHalf(bytes.subarray(1))).toEqual(Float32Array.of(1, -2));
  });

  it('refuses half a value', () => {
    expect(() => widenHalf(new Uint8Array(3))).toThrow('even number of bytes, got 3');
  });
});
