/**
 * Counter-based noise (docs/graphs.md, "Noise"): Philox-4x32-10 and Box-Muller in float64, stored as float32. The noise
 * of a cell depends on the seed and the cell only: not on the number of levels, the aspect or the order of work.
 * Twin of the noise of training; held to it by training/tests/golden/noise.json.
 */
import type { Grid } from '../../src/contract/grid';
import { patchCount } from '../../src/contract/grid';
import { seedWords } from '../../src/contract/seed';
import type { Seed } from '../../src/contract/units';

// Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011), Table 2 and Sec. 3.3.
const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const KEY_STEP_0 = 0x9e3779b9; // golden ratio
const KEY_STEP_1 = 0xbb67ae85; // sqrt(3) - 1
const ROUNDS = 10;
const TWO_POW_32 = 4294967296;

/** Four 32-bit words. */
export type Words = readonly [number, number, number, number];

/** The Philox-4x32-10 block of a counter under a key; all words unsigned 32-bit. */
export function philox(counter: Words, keyLow: number, keyHigh: number): Words {
  let [c0, c1, c2, c3] = counter;
  let k0 = keyLow;
  let k1 = keyHigh;
  for (let round = 0; round < ROUNDS; round += 1) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1 >>> 0, (high0 ^ c3 ^ k1) >>> 0, low0 >>> 0];
    k0 = (k0 + KEY_STEP_0) >>> 0;
    k1 = (k1 + KEY_STEP_1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/**
 * Standard normal noise of one level, (P, latentDim) in token order.
 *
 * @param level counted from 0
 */
export function levelNoise(
  seed: Seed,
  level: number,
  grid: Grid,
  latentDim: number,
): Float32Array<ArrayBuffer> {
  const { low, high } = seedWords(seed);
  const noise = new Float32Array(patchCount(grid) * latentDim);
  let index = 0;
  for (let g = 0; g < grid.gt; g += 1) {
    for (let y = 0; y < grid.gh; y += 1) {
      for (let x = 0; x < grid.gw; x += 1) {
        for (let c = 0; c < latentDim; c += 4) {
          const normals = fourNormals(philox([c >> 2, x, y, g * 65536 + level], low, high));
          noise.set(normals.slice(0, Math.min(4, latentDim - c)), index);
          index += Math.min(4, latentDim - c);
        }
      }
    }
  }
  return noise;
}

function fourNormals(words: Words): number[] {
  const [u0, u1, u2, u3] = words.map((word) => (word + 0.5) / TWO_POW_32) as [
    number,
    number,
    number,
    number,
  ];
  const radius0 = Math.sqrt(-2 * Math.log(u0));
  const radius1 = Math.sqrt(-2 * Math.log(u2));
  const angle0 = 2 * Math.PI * u1;
  const angle1 = 2 * Math.PI * u3;
  return [
    radius0 * Math.cos(angle0),
    radius0 * Math.sin(angle0),
    radius1 * Math.cos(angle1),
    radius1 * Math.sin(angle1),
  ];
}

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit words. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16); // below 2^32
  const middle2 = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + (middle >>> 16) + (middle2 >>> 16)) >>> 0;
}
