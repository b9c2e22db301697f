/** Animated PNG (https://www.w3.org/TR/png-3/#apng-frame-based-animation): every frame whole, in one file, lossless. */
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';

const SIGNATURE_BYTES = 8;
/** Length, type and checksum of a chunk. */
const CHUNK_BYTES = 12;

interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
}

/**
 * Joins frames into one file that plays for ever.
 *
 * @param frames PNG files of one size and one kind of pixels
 */
export function joinFrames(frames: readonly Uint8Array[], fps: number): Uint8Array {
  const [first] = frames;
  const header = chunksOf(first!).find(({ type }) => type === 'IHDR')!;
  const view = new DataView(header.data.buffer, header.data.byteOffset);
  const size = { width: view.getUint32(0), height: view.getUint32(4) };
  const written: Chunk[] = [header, { type: 'acTL', data: words([frames.length, 0]) }];
  let sequence = 0;
  frames.forEach((frame, index) => {
    written.push({ type: 'fcTL', data: frameControl(sequence, size, fps) });
    sequence += 1;
    for (const { type, data } of chunksOf(frame)) {
      if (type !== 'IDAT') continue;
      if (index === 0) {
        written.push({ type, data });
        continue;
      }
      written.push({ type: 'fdAT', data: Buffer.concat([words([sequence]), data]) });
      sequence += 1;
    }
  });
  written.push({ type: 'IEND', data: new Uint8Array(0) });
  return Buffer.concat([first!.subarray(0, SIGNATURE_BYTES), ...written.map(encodeChunk)]);
}

function chunksOf(png: Uint8Array): Chunk[] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Chunk[] = [];
  let at = SIGNATURE_BYTES;
  while (at < png.length) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    chunks.push({ type, data: png.subarray(at + 8, at + 8 + length) });
    at += CHUNK_BYTES + length;
  }
  return chunks;
}

function frameControl(
  sequence: number,
  { width, height }: { readonly width: number; readonly height: number },
  fps: number,
): Uint8Array {
  const place = words([sequence, width, height, 0, 0]);
  const delay = Buffer.alloc(6); // the last two bytes: keep what was drawn, replace it
  delay.writeUInt16BE(1, 0);
  delay.writeUInt16BE(fps, 2);
  return Buffer.concat([place, delay]);
}

function words(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => bytes.writeUInt32BE(value, 4 * i));
  return bytes;
}

function encodeChunk({ type, data }: Chunk): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'ascii'), data]);
  return Buffer.concat([words([data.length]), body, words([crc32(body)])]);
}
