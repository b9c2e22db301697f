/**
 * The container of a `.dcs` file: eight bytes that say what it is, then boxes. A box is its payload's length (uint32), a
 * type of four letters, the payload, and the CRC-32 of type and payload (uint32); all numbers are little-endian.
 * docs/dcs-format.md describes the format.
 */
import CRC32 from 'crc-32';

/** Not text, and broken by programs that change line ends, as PNG's is. */
const SIGNATURE = Uint8Array.of(0x89, 0x44, 0x43, 0x53, 0x0d, 0x0a, 0x1a, 0x0a);
const TYPE_BYTES = 4;
const HEAD_BYTES = 4 + TYPE_BYTES;
const FRAME_BYTES = HEAD_BYTES + 4;
/** More than any file needs; a file of a million empty boxes ends here. */
const MAX_BOXES = 4096;

/** A part of a file. */
export interface Box {
  /** Four letters, or letters and spaces at the end. A capital first letter: who does not know the type cannot go on. */
  readonly type: string;
  readonly payload: Uint8Array;
}

/** How the boxes of a file end: with the file, inside a box that is cut off, or before a box that is damaged. */
export type BoxesEnd = 'whole' | 'cut' | 'damaged';

/** Bytes that a box takes in a file. */
export function boxBytes(payloadBytes: number): number {
  return FRAME_BYTES + payloadBytes;
}

/** Bytes before the first box. */
export const FIRST_BOX_AT = SIGNATURE.length;

/** A file of these boxes. */
export function writeBoxes(boxes: readonly Box[]): Uint8Array<ArrayBuffer> {
  const bytes = boxes.reduce((sum, { payload }) => sum + boxBytes(payload.length), FIRST_BOX_AT);
  const file = new Uint8Array(bytes);
  const view = new DataView(file.buffer);
  file.set(SIGNATURE);
  let offset = FIRST_BOX_AT;
  for (const { type, payload } of boxes) {
    view.setUint32(offset, payload.length, true);
    file.set(new TextEncoder().encode(type), offset + 4);
    file.set(payload, offset + HEAD_BYTES);
    const end = offset + HEAD_BYTES + payload.length;
    view.setUint32(end, checksum(file.subarray(offset + 4, end)), true);
    offset = end + 4;
  }
  return file;
}

/** The whole boxes of a file, in order; their payloads are views. Null if it does not begin like one. */
export function readBoxes(
  file: Uint8Array,
): { readonly boxes: readonly Box[]; readonly end: BoxesEnd } | null {
  if (SIGNATURE.some((byte, i) => file[i] !== byte)) return null;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const boxes: Box[] = [];
  let offset = FIRST_BOX_AT;
  while (offset < file.length) {
    if (boxes.length === MAX_BOXES) return { boxes, end: 'damaged' };
    if (offset + FRAME_BYTES > file.length) return { boxes, end: 'cut' };
    const payloadBytes = view.getUint32(offset, true);
    const end = offset + HEAD_BYTES + payloadBytes;
    const type = String.fromCharCode(...file.subarray(offset + 4, offset + HEAD_BYTES));
    if (!/^[A-Za-z]{1,4} *$/.test(type)) return { boxes, end: 'damaged' };
    if (end + 4 > file.length) return { boxes, end: 'cut' };
    if (view.getUint32(end, true) !== checksum(file.subarray(offset + 4, end))) {
      return { boxes, end: 'damaged' };
    }
    boxes.push({ type, payload: file.subarray(offset + HEAD_BYTES, end) });
    offset = end + 4;
  }
  return { boxes, end: 'whole' };
}

function checksum(bytes: Uint8Array): number {
  return CRC32.buf(bytes) >>> 0;
}
