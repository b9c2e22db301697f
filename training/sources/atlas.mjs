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
