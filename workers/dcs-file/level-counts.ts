/** How many levels each patch has, as the `Cnts` box of a `.dcs` file: few bits a patch. docs/dcs-format.md. */

/** Bits that a number from 0 to `levels` - 1 takes; one at least. */
function bitsFor(levels: number): number {
  return Math.max(1, 32 - Math.clz32(levels - 1));
}

/** Counts, 1 to `levels` each, as bytes: count - 1, low bits first. */
export function encodeCounts(counts: readonly number[], levels: number): Uint8Array<ArrayBuffer> {
  const bits = bitsFor(levels);
  const bytes = new Uint8Array(Math.ceil((counts.length * bits) / 8));
  counts.forEach((count, patch) => {
    for (let bit = 0; bit < bits; bit += 1) {
      const at = patch * bits + bit;
      if (((count - 1) >> bit) & 1) bytes[at >> 3]! |= 1 << (at & 7);
    }
  });
  return bytes;
}

/**
 * Reads what {@link encodeCounts} wrote; null unless the bytes are those of `patches` counts from 1 to `levels`, one of
 * them `levels` and one of them less.
 */
export function decodeCounts(bytes: Uint8Array, patches: number, levels: number): number[] | null {
  const bits = bitsFor(levels);
  if (bytes.length !== Math.ceil((patches * bits) / 8)) return null;
  const bitAt = (at: number): number => (bytes[at >> 3]! >> (at & 7)) & 1;
  for (let at = patches * bits; at < bytes.length * 8; at += 1) if (bitAt(at) === 1) return null;
  const counts = Array.from({ length: patches }, (_, patch) => {
    let count = 1;
    for (let bit = 0; bit < bits; bit += 1) count += bitAt(patch * bits + bit) << bit;
    return count;
  });
  const most = counts.reduce((largest, count) => Math.max(largest, count), 0);
  return most === levels && counts.some((count) => count < levels) ? counts : null;
}
