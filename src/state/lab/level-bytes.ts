/** Where a `.dcs` file may be cut: its `toc ` box says so (docs/dcs-format.md). */

const FIRST_BOX_AT = 8;
/** Length and type before the payload of a box, and its checksum. */
const FRAME_BYTES = 12;

/** For each level, the bytes of the file up to its end; evenly spread if the file does not say. */
export function levelBytes(file: Uint8Array, levels: number): number[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  for (let at = FIRST_BOX_AT; at + FRAME_BYTES <= file.length;) {
    const length = view.getUint32(at, true);
    const isToc = String.fromCharCode(...file.subarray(at + 4, at + 8)) === 'toc ';
    if (isToc && length === 4 * levels && at + FRAME_BYTES + length <= file.length) {
      return Array.from({ length: levels }, (_, i) => view.getUint32(at + 8 + 4 * i, true));
    }
    at += FRAME_BYTES + length;
  }
  return Array.from({ length: levels }, (_, i) => Math.round((file.length * (i + 1)) / levels));
}
