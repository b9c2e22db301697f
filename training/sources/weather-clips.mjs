/** Frames of the weather icons of @bybas/weather-icons: SMIL evaluated at a time, then rasterized. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { Resvg } from '@resvg/resvg-js';

import { CLIP_PX } from './clip-store.mjs';
import { commonPeriod, readSmil } from './smil.mjs';

export const WEATHER_STYLES = { fill: 'meteocons', line: 'meteocons-line' };

const folderOf = (variant) =>
  fileURLToPath(
    new URL(`./node_modules/@bybas/weather-icons/production/${variant}/all/`, import.meta.url),
  );

/**
 * Every icon of a variant, "fill" or "line", that moves: { name, svg }. Not those that differ by a
 * number written on them (UV index, Beaufort scale), nor second versions ("-alt").
 */
export function readWeatherIcons(variant) {
  return readdirSync(folderOf(variant))
    .filter((file) => !/\d|-alt/.test(file))
    .sort()
    .map((file) => ({
      name: file.replace(/\.svg$/, ''),
      svg: readFileSync(`${folderOf(variant)}${file}`, 'utf8'),
    }))
    .filter(({ svg }) => svg.includes('<animate'));
}

// The icons' view box is 0 0 64 64, mostly empty at the sides: what any of them ever draws lies between
// 6.5 and 61.3 across and 7.5 and 64 down. This square keeps it with a margin.
const VIEW_BOX = 'viewBox="4 5 60 60"';

/** Opens an icon: { seconds (the whole loop, or undefined), frames(count, fps) }. */
export function openWeatherIcon(svg, longestSeconds) {
  const framed = svg.replace('viewBox="0 0 64 64"', VIEW_BOX);
  if (framed === svg) {
    throw new Error(`a weather icon has another view box than 0 0 64 64: ${svg.slice(0, 200)}`);
  }
  const { periods, at } = readSmil(framed);
  const fitTo = { mode: 'width', value: CLIP_PX };
  function* frames(count, fps) {
    for (let i = 0; i < count; i += 1) yield new Resvg(at(i / fps), { fitTo }).render().pixels;
  }
  return { seconds: commonPeriod(periods, longestSeconds), frames };
}
