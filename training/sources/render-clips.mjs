/**
 * Renders animated drawings to a store of frames (see clip-store.mjs), once.
 *
 * Usage: node render-clips.mjs [--out DIR] [--lottie ARCHIVE] [--concepts recommended|all|id,id,...]
 *                              [--fps 60] [--seconds 3] [--weather fill] [--weather-fps 30]
 *                              [--weather-seconds 4]
 *
 *   --concepts emoji by id and weather icons by file name; "recommended" and "all" take every icon
 *   --lottie   archive of the Noto animated emoji; without it they are skipped
 *   --weather  variants of the weather icons; "" for none
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { ClipStore } from './clip-store.mjs';
import { LOTTIE_STYLE, openSkottie, readLottieArchive } from './lottie-clips.mjs';
import { openWeatherIcon, readWeatherIcons, WEATHER_STYLES } from './weather-clips.mjs';

const CACHE = process.env.DCS_CACHE ?? join(homedir(), '.cache', 'dcs-studio');
const TABLE = new URL('../data/concepts.json', import.meta.url);

/** Frames of a clip of `seconds` (undefined: endless), and whether they are a whole loop. */
function lengthOf(seconds, fps, longestSeconds) {
  const loops = seconds !== undefined && seconds <= longestSeconds + 1e-6;
  return { loops, count: Math.max(1, Math.round((loops ? seconds : longestSeconds) * fps)) };
}

function chooseConcepts(wanted) {
  const { concepts } = JSON.parse(readFileSync(TABLE, 'utf8'));
  if (wanted === 'all') return concepts;
  if (wanted === 'recommended') return concepts.filter((row) => row.recommended !== undefined);
  const ids = new Set(wanted.split(','));
  return concepts.filter((row) => ids.has(row.id));
}

async function addLottie(store, options) {
  if (options.lottie === undefined || !existsSync(options.lottie)) {
    const found =
      options.lottie === undefined ? 'no --lottie was given' : `${options.lottie} does not exist`;
    console.log(`skipped the Noto animated emoji: ${found}.`);
    return;
  }
  const texts = readLottieArchive(options.lottie);
  const open = await openSkottie();
  for (const { id, name } of chooseConcepts(options.concepts)) {
    const text = texts.get(id);
    if (text === undefined) continue;
    const clip = open(text);
    if (clip === null) {
      console.log(`skipped ${name} (${id}): Skottie cannot read it.`);
      continue;
    }
    const { loops, count } = lengthOf(clip.seconds, options.fps, options.seconds);
    store.add(
      { concept: id, style: LOTTIE_STYLE, name, fps: options.fps, loops },
      clip.frames(count, options.fps),
    );
    clip.close();
  }
}

function addWeather(store, options) {
  const only = ['recommended', 'all'].includes(options.concepts)
    ? undefined
    : options.concepts.split(',');
  for (const variant of options.weather) {
    const style = WEATHER_STYLES[variant];
    if (style === undefined) {
      throw new Error(
        `--weather takes ${Object.keys(WEATHER_STYLES).join(', ')}, got "${variant}".`,
      );
    }
    for (const { name, svg } of readWeatherIcons(variant)) {
      if (only !== undefined && !only.includes(name)) continue;
      const icon = openWeatherIcon(svg, options.weatherSeconds);
      const { loops, count } = lengthOf(icon.seconds, options.weatherFps, options.weatherSeconds);
      const clip = {
        concept: name,
        style,
        name: name.replaceAll('-', ' '),
        fps: options.weatherFps,
        loops,
      };
      store.add(clip, icon.frames(count, options.weatherFps));
    }
  }
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(CACHE, 'clips') },
    lottie: { type: 'string' },
    concepts: { type: 'string', default: 'recommended' },
    fps: { type: 'string', default: '60' },
    seconds: { type: 'string', default: '3' },
    weather: { type: 'string', default: 'fill' },
    'weather-fps': { type: 'string', default: '30' },
    'weather-seconds': { type: 'string', default: '4' },
  },
});
const options = {
  lottie: values.lottie,
  concepts: values.concepts,
  fps: Number(values.fps),
  seconds: Number(values.seconds),
  weather: values.weather.split(',').filter((variant) => variant !== ''),
  weatherFps: Number(values['weather-fps']),
  weatherSeconds: Number(values['weather-seconds']),
};
const started = Date.now();
const store = new ClipStore(values.out);
await addLottie(store, options);
addWeather(store, options);
if (store.isEmpty)
  throw new Error('nothing was rendered; no store was written. Give --lottie or --weather.');
const { clips, frames, rows, bytes } = store.close();
const seconds = ((Date.now() - started) / 1000).toFixed(1);
console.log(
  `${clips} clips, ${frames} frames, ${rows} different, ${(bytes / 1e9).toFixed(2)} GB, ${seconds} s`,
);
console.log(values.out);
