import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEngineError } from './engine-error';
import { parseSeed, seedWords } from './seed';

describe('parseSeed', () => {
  it('keeps every 64-bit number, digit for digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), (value) => {
        expect(parseSeed(String(value))).toBe(String(value));
        const { low, high } = seedWords(parseSeed(value));
        expect((BigInt(high) << 32n) + BigInt(low)).toBe(value);
      }),
    );
  });

  it('wraps what lies outside, and accepts signs, zeros in front and spaces around', () => {
    expect(parseSeed('-1')).toBe('18446744073709551615');
    expect(parseSeed(String(1n << 64n))).toBe('0');
    expect(parseSeed(' +007 ')).toBe('7');
  });

  it.each(['', 'abc', '1.5', '1e3', '0x10', '- 1', '9'.repeat(41)])('refuses %j', (text) => {
    try {
      parseSeed(text);
      expect.unreachable();
    } catch (error) {
      expect(isEngineError(error, 'BadRequest')).toBe(true);
    }
  });

  it('refuses numbers that have already lost digits', () => {
    expect(() => parseSeed(2 ** 53)).toThrow('as text');
    expect(() => parseSeed(0.5)).toThrow('whole number');
    expect(parseSeed(42)).toBe('42');
  });
});
