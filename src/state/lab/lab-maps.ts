/** What a reconstruction leaves out and what a level adds, as pictures. Pure. */
import type { Pixels } from '../../contract/engine';

/** Differences are shown so many times as large as they are. */
export const MAP_GAIN = 4;

/** The first picture minus the second, amplified, around grey. */
export function differenceMap(a: Pixels, b: Pixels): Pixels {
  return mapped(a, (i) => 128 + (MAP_GAIN * (a.rgba[i]! - b.rgba[i]!)) / 2);
}

/** Where two pictures differ, amplified: from black over the colour of the safelight to white. */
export function distortionMap(a: Pixels, b: Pixels): Pixels {
  return mapped(a, (i) => {
    const first = i - (i % 4);
    let sum = 0;
    for (let colour = 0; colour < 3; colour += 1) {
      sum += Math.abs(a.rgba[first + colour]! - b.rgba[first + colour]!);
    }
    return HEAT[i % 4]! * Math.min(1, (MAP_GAIN * sum) / 765);
  });
}

/** Full heat of red, green and blue: values above 255 are cut off, so that red is reached first and white last. */
const HEAT = [700, 400, 255] as const;

/** Darkest for the fewest levels: red, green, blue and alpha of each patch of a frame. */
export function levelsMap(
  counts: readonly number[],
  { gh, gw }: { readonly gh: number; readonly gw: number },
  levelsMax: number,
): Pixels {
  const rgba = new Uint8ClampedArray(gh * gw * 4);
  counts.forEach((count, patch) => {
    const share = levelsMax === 1 ? 1 : (count - 1) / (levelsMax - 1);
    rgba.set([40 + 215 * share, 30 + 100 * share, 60 + 20 * share, 255], patch * 4);
  });
  return { width: gw, height: gh, rgba };
}

function mapped({ width, height, rgba }: Pixels, at: (i: number) => number): Pixels {
  return { width, height, rgba: rgba.map((_, i) => (i % 4 === 3 ? 255 : at(i))) };
}
