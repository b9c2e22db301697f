/**
 * Latents inside other files: a `.dcs` file in a private chunk of a PNG, or in a `uuid` box of an MP4, so that a picture
 * that was passed on can be opened again as what it was made from. docs/dcs-format.md describes both.
 */
import CRC32 from 'crc-32';
import { EngineError } from '../../contract/engine-error';

const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Ancillary, private, and not to be copied by programs that change the picture (PNG 3, section 5.4). */
const PNG_CHUNK = 'dcSL';
/** Length, type and checksum. */
const PNG_CHUNK_FRAME_BYTES = 12;
/** Says that a `uuid` box of an MP4 holds a latent; made up once, means nothing by itself. */
const MP4_UUID = Uint8Array.of(
  ...[0x6b, 0x1d, 0x0e, 0x52, 0xa7, 0x9c, 0x4f, 0x3a],
  ...[0x8d, 0x24, 0xd1, 0xc5, 0x90, 0x6e, 0x7b, 0x38],
);
/** Length and type. */
const MP4_BOX_HEAD_BYTES = 8;
/** More than any of these files has; a file of a million empty boxes ends here. */
const MAX_PARTS = 65_536;

/** The PNG with a latent in it; whoever does not know the chunk sees the same picture. */
export function putIntoPng(
  png: Uint8Array<ArrayBuffer>,
  latent: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const end = png.length - PNG_CHUNK_FRAME_BYTES; // IEND is last and empty
  const chunk = new Uint8Array(PNG_CHUNK_FRAME_BYTES + latent.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, latent.length);
  chunk.set(letters(PNG_CHUNK), 4);
  chunk.set(latent, 8);
  view.setInt32(8 + latent.length, CRC32.buf(chunk.subarray(4, 8 + latent.length)));
  return joined([png.subarray(0, end), chunk, png.subarray(end)]);
}

/** The MP4 with a latent behind it; players pass over boxes that they do not know. */
export function putIntoMp4(
  mp4: Uint8Array<ArrayBuffer>,
  latent: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(MP4_BOX_HEAD_BYTES);
  new DataView(head.buffer).setUint32(0, MP4_BOX_HEAD_BYTES + MP4_UUID.length + latent.length);
  head.set(letters('uuid'), 4);
  return joined([mp4, head, MP4_UUID, latent]);
}

/**
 * The `.dcs` file that a PNG or an MP4 carries; any other file is taken for a `.dcs` file, which the engine reads.
 *
 * @throws {EngineError} LatentInvalid when a PNG or an MP4 carries none
 */
export function latentIn(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const { isPng, isMp4, latent } = carried(file);
  if (!isPng && !isMp4) return file;
  if (latent) return latent;
  throw new EngineError(
    'LatentInvalid',
    `This ${isPng ? 'PNG' : 'MP4'} carries no latent: it was not made here, or another program has saved it since. Open its .dcs file instead.`,
  );
}

/** Whether a file is a PNG or an MP4 with a latent. */
export function carriesLatent(file: Uint8Array<ArrayBuffer>): boolean {
  return carried(file).latent !== null;
}

function carried(file: Uint8Array<ArrayBuffer>): {
  readonly isPng: boolean;
  readonly isMp4: boolean;
  readonly latent: Uint8Array<ArrayBuffer> | null;
} {
  const isPng = beginsWith(file, PNG_SIGNATURE);
  const isMp4 = beginsWith(file.subarray(4), letters('ftyp'));
  const latent = isPng ? latentOfPng(file) : isMp4 ? latentOfMp4(file) : null;
  return { isPng, isMp4, latent };
}

function latentOfPng(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  let at = PNG_SIGNATURE.length;
  for (let part = 0; part < MAX_PARTS && at + PNG_CHUNK_FRAME_BYTES <= file.length; part += 1) {
    const length = view.getUint32(at);
    const end = at + 8 + length;
    if (end + 4 > file.length) return null;
    const isIntact = view.getInt32(end) === CRC32.buf(file.subarray(at + 4, end));
    if (isIntact && beginsWith(file.subarray(at + 4), letters(PNG_CHUNK))) {
      return file.slice(at + 8, end);
    }
    at = end + 4;
  }
  return null;
}

function latentOfMp4(file: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const payloadAt = MP4_BOX_HEAD_BYTES + MP4_UUID.length;
  let at = 0;
  for (let part = 0; part < MAX_PARTS && at + MP4_BOX_HEAD_BYTES <= file.length; part += 1) {
    const size = boxSize(view, at);
    if (size < MP4_BOX_HEAD_BYTES || at + size > file.length) return null;
    const box = file.subarray(at, at + size);
    const isOurs =
      beginsWith(box.subarray(4), letters('uuid')) && beginsWith(box.subarray(8), MP4_UUID);
    if (isOurs) return file.slice(at + payloadAt, at + size);
    at += size;
  }
  return null;
}

/** Bytes of a box: 1 stands for a 64-bit size after the type, 0 for all that is left. */
function boxSize(view: DataView, at: number): number {
  const size = view.getUint32(at);
  if (size === 0) return view.byteLength - at;
  if (size !== 1) return size;
  return at + 16 <= view.byteLength ? Number(view.getBigUint64(at + 8)) : 0;
}

function beginsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  return bytes.length >= beginning.length && beginning.every((byte, i) => bytes[i] === byte);
}

function letters(type: string): Uint8Array {
  return new TextEncoder().encode(type);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
