/** Seeds of the noise generator: 64-bit unsigned integers, written as decimal strings because they outgrow a number. */
import { EngineError } from './engine-error';
import type { Seed } from './units';

/**
 * Reads any integer, written or not, as a seed. Integers outside 0 .. 2^64 - 1 wrap around, so -1 is 2^64 - 1.
 *
 * @throws {EngineError} BadRequest when the value is not a whole number
 */
export function parseSeed(value: string | number | bigint): Seed {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new EngineError(
      'BadRequest',
      `The seed must be a whole number, got ${String(value)}. Numbers above 2^53 have to be given as text.`,
    );
  }
  const text = String(value).trim();
  if (!/^[+-]?\d{1,40}$/.test(text)) {
    throw new EngineError(
      'BadRequest',
      `The seed must be a whole number, got "${text.slice(0, 40)}". Write digits only, for example 42.`,
    );
  }
  return BigInt.asUintN(64, BigInt(text.replace(/^\+/, ''))).toString() as Seed;
}

/** The two 32-bit words of a seed, as the noise generator takes them. */
export function seedWords(seed: Seed): { readonly low: number; readonly high: number } {
  const value = BigInt(seed);
  return { low: Number(value & 0xffff_ffffn), high: Number(value >> 32n) };
}
