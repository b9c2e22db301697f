/** The values of a level as bytes of a `.dcs` file, and back: a scale and 8, 16 or 32 bits a value. */
import { setFloat16 } from '@petamoriken/float16';
import type { LatentEncoding } from '../../src/contract/engine';
import { widenHalf } from '../pipeline/half';

const BYTES: Readonly<Record<LatentEncoding, number>> = { int8: 1, float16: 2, float32: 4 };
const LARGEST_INT8 = 127;

/** Values, divided by `scale`, as bytes. */
export interface EncodedValues {
  readonly scale: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Bytes that values take. */
export function encodedBytes(count: number, encoding: LatentEncoding): number {
  return count * BYTES[encoding];
}

/** Writes finite values. `float32` keeps every bit; `int8` rounds to 1/127 of the largest value. */
export function encodeValues(values: Float32Array, encoding: LatentEncoding): EncodedValues {
  const bytes = new Uint8Array(encodedBytes(values.length, encoding));
  const view = new DataView(bytes.buffer);
  const scale = encoding === 'int8' ? int8Scale(values) : 1;
  values.forEach((value, i) => {
    if (encoding === 'int8') view.setInt8(i, Math.round(value / scale));
    else if (encoding === 'float16') setFloat16(view, 2 * i, value, true);
    else view.setFloat32(4 * i, value, true);
  });
  return { scale, bytes };
}

/** Reads what {@link encodeValues} wrote; null if a value is no finite number. */
export function decodeValues(
  { scale, bytes }: { readonly scale: number; readonly bytes: Uint8Array },
  encoding: LatentEncoding,
): Float32Array<ArrayBuffer> | null {
  const values = rawValues(bytes, encoding);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i]! * scale;
    if (!Number.isFinite(value)) return null;
    values[i] = value;
  }
  return values;
}

function rawValues(bytes: Uint8Array, encoding: LatentEncoding): Float32Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (encoding) {
    case 'int8':
      return Float32Array.from(bytes, (_, i) => view.getInt8(i));
    case 'float16':
      return widenHalf(bytes);
    case 'float32':
      return Float32Array.from({ length: bytes.length / 4 }, (_, i) =>
        view.getFloat32(4 * i, true),
      );
  }
}

function int8Scale(values: Float32Array): number {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Math.fround(largest / LARGEST_INT8) || 1;
}
