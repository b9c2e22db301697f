/**
 * What the writers of sprite atlases share; dcs/sprites.py reads the files.
 *
 *   level-<px>.rgba  rows of px * px * 4 bytes, premultiplied; row r of every level is the same sprite
 *   index.json       { version, margin, rows: [[concept, style], ...], levels: { px: row count }, skipped }
 */
import { homedir } from 'node:os';
import { join } from 'node:path';

export const VERSION = 1;
export const MARGIN = 0.04; // of the sprite's side, on each side: rotation and filtering stay inside
export const CACHE = process.env.DCS_CACHE ?? join(homedir(), '.cache', 'dcs-studio');
const SMALLEST_PX = 16;

/** Sides of an atlas's levels, from the largest down by halves. */
export function levelSizes(largestPx) {
  const sizes = [];
  for (let px = largestPx; px >= SMALLEST_PX; px /= 2) sizes.push(px);
  return sizes;
}

/** Box average of a square RGBA image by an integer factor. */
export function boxReduce(pixels, px, factor) {
  const out = Buffer.allocUnsafe((px / factor) ** 2 * 4);
  const area = factor * factor;
  let o = 0;
  for (let y = 0; y < px; y += factor) {
    for (let x = 0; x < px; x += factor) {
      for (let c = 0; c < 4; c += 1) {
        let sum = area / 2;
        for (let dy = 0; dy < factor; dy += 1) {
          const row = ((y + dy) * px + x) * 4 + c;
          for (let dx = 0; dx < factor; dx += 1) sum += pixels[row + dx * 4];
        }
        out[o] = Math.floor(sum / area);
        o += 1;
      }
    }
  }
  return out;
}
