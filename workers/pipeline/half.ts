/** Float16 weights to float32: every graph computes in float32, on numbers that were rounded to float16. */

const HALF_BYTES = 2;

/** Float32 bits of each of the 65536 float16 bit patterns; made at first use, 256 KB. */
let table: Uint32Array | null = null;

/** Widens little-endian float16 values; exact, infinities and NaN included. */
export function widenHalf(half: Uint8Array): Float32Array<ArrayBuffer> {
  if (half.byteLength % HALF_BYTES !== 0) {
    throw new RangeError(`float16 data has an even number of bytes, got ${half.byteLength}`);
  }
  table ??= Uint32Array.from({ length: 65536 }, (_, bits) => widenBits(bits));
  const aligned = half.byteOffset % HALF_BYTES === 0 ? half : half.slice();
  const source = new Uint16Array(
    aligned.buffer,
    aligned.byteOffset,
    aligned.byteLength / HALF_BYTES,
  );
  const bits = new Uint32Array(source.length);
  for (let i = 0; i < source.length; i += 1) bits[i] = table[source[i]!]!;
  return new Float32Array(bits.buffer);
}

/** Float32 bits of the float16 with these bits. */
function widenBits(half: number): number {
  const sign = (half & 0x8000) << 16;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return (sign | 0x7f80_0000 | (fraction << 13)) >>> 0;
  if (exponent !== 0) return (sign | ((exponent + 112) << 23) | (fraction << 13)) >>> 0;
  if (fraction === 0) return sign >>> 0;
  // Subnormal: fraction * 2^-24, normal in float32.
  const shift = Math.clz32(fraction) - 21;
  return (sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)) >>> 0;
}
