/**
 * Renders every icon of --table to premultiplied RGBA, once, at several sizes.
 *
 * The files are described in atlas.mjs. Rows with 256 px art (recommended concepts) come first, so level-256 is a prefix of the others.
 * Smaller levels are exact box averages of the largest, hence agree with each other.
 *
 * The rasterizer can abort the whole process on an icon. It therefore runs in a child process that
 * names each row before rendering it; after an abort the row is recorded as skipped and a new child
 * goes on behind it.
 *
 * Usage: node rasterize.mjs [--out DIR] [--table ../data/concepts.json] [--concepts id,id,...]
 *                           [--large 256] [--small 128]
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { CACHE, levelSizes, MARGIN, VERSION } from './atlas.mjs';
import { boxReduce } from './box-reduce.mjs';
import { hyphenated, SAME_AS_NAME } from './icon-name.mjs';

const TABLE = fileURLToPath(new URL('../data/concepts.json', import.meta.url));

const readJson = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

/** One job per sprite: { concept, style, icon }, recommended concepts first. */
function listJobs({ table, only }) {
  const { styles, concepts } = JSON.parse(readFileSync(table, 'utf8'));
  const wanted = only === undefined ? concepts : concepts.filter((row) => only.has(row.id));
  const jobsOf = (row) =>
    row.icons.flatMap((icon, i) =>
      icon === ''
        ? []
        : [
            {
              concept: row.id,
              style: styles[i],
              icon: icon === SAME_AS_NAME ? hyphenated(row.name) : icon,
            },
          ],
    );
  const large = wanted.filter((row) => row.recommended !== undefined).flatMap(jobsOf);
  const small = wanted.filter((row) => row.recommended === undefined).flatMap(jobsOf);
  return { jobs: [...large, ...small], numLarge: large.length };
}

/** Square SVG of an icon with {@link MARGIN} around its view box. */
function squareSvg(set, name) {
  const alias = set.aliases?.[name];
  const icon = set.icons[alias?.parent ?? name];
  if (icon === undefined) throw new Error(`${set.prefix} has no icon "${name}".`);
  const [left, top] = [icon.left ?? set.left ?? 0, icon.top ?? set.top ?? 0];
  const [width, height] = [icon.width ?? set.width ?? 16, icon.height ?? set.height ?? 16];
  const side = Math.max(width, height) / (1 - 2 * MARGIN);
  const box = [left + (width - side) / 2, top + (height - side) / 2, side, side].join(' ');
  return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="${box}">${icon.body}</svg>`;
}

async function renderRows(options, start) {
  const { Resvg } = await import('@resvg/resvg-js');
  const { jobs, numLarge } = listJobs(options);
  const sizes = levelSizes(options.large);
  const files = sizes.map((px) => openSync(join(options.out, `level-${px}.rgba`), 'r+'));
  const sets = new Map();
  for (let row = start; row < jobs.length; row += 1) {
    const { style, icon } = jobs[row];
    writeSync(1, `${row}\n`); // before rendering: an abort leaves the culprit as the last line
    if (!sets.has(style)) {
      sets.set(style, readJson(`./node_modules/@iconify-json/${style}/icons.json`));
    }
    const px = row < numLarge ? options.large : options.small;
    const fitTo = { mode: 'width', value: px };
    const image = new Resvg(squareSvg(sets.get(style), icon), { fitTo }).render();
    const pixels = image.pixels; // premultiplied, as the rasterizer composes them
    sizes.forEach((size, level) => {
      if (size > px) return;
      const bytes = size === px ? pixels : boxReduce(pixels, px, px / size);
      writeSync(files[level], bytes, 0, bytes.length, row * size * size * 4);
    });
  }
  files.forEach((file) => closeSync(file));
}

/** Runs one child from `start`; resolves to the row it died on, or to undefined when it finished. */
function runChild(args, start, onRow) {
  const script = fileURLToPath(import.meta.url);
  const child = spawn(process.execPath, [script, ...args, '--from', String(start)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let last;
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = Number(line);
    onRow(last);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(undefined);
      else if (last === undefined) reject(new Error(`the renderer did not start: ${errors}`));
      else resolve({ row: last, reason: errors.trim().split('\n')[0] ?? '' });
    });
  });
}

async function main(options, args) {
  mkdirSync(options.out, { recursive: true });
  const { jobs, numLarge } = listJobs(options);
  const sizes = levelSizes(options.large);
  const rowsAt = (px) => (px > options.small ? numLarge : jobs.length);
  for (const px of sizes) {
    const file = openSync(join(options.out, `level-${px}.rgba`), 'w');
    ftruncateSync(file, rowsAt(px) * px * px * 4);
    closeSync(file);
  }
  const skipped = [];
  const started = Date.now();
  for (let start = 0; start < jobs.length;) {
    const failure = await runChild(args, start, (row) => {
      if (row > 0 && row % 1000 === 0) console.log(`${row} of ${jobs.length}`);
    });
    if (failure === undefined) break;
    const job = jobs[failure.row];
    skipped.push({ ...job, row: failure.row, reason: failure.reason });
    console.log(`skipped ${job.style}:${job.icon} (${failure.reason})`);
    start = failure.row + 1;
  }
  const index = {
    version: VERSION,
    margin: MARGIN,
    rows: jobs.map(({ concept, style }) => [concept, style]),
    levels: Object.fromEntries(sizes.map((px) => [px, rowsAt(px)])),
    skipped,
  };
  const path = join(options.out, 'index.json');
  writeFileSync(`${path}.part`, JSON.stringify(index)); // written last: its presence means complete
  renameSync(`${path}.part`, path);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${jobs.length - skipped.length} sprites, ${skipped.length} skipped, ${seconds} s`);
  console.log(options.out);
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(CACHE, 'sprites') },
    table: { type: 'string', default: TABLE },
    concepts: { type: 'string' },
    large: { type: 'string', default: '256' },
    small: { type: 'string', default: '128' },
    from: { type: 'string' },
  },
});
const options = {
  out: values.out,
  table: values.table,
  only: values.concepts === undefined ? undefined : new Set(values.concepts.split(',')),
  large: Number(values.large),
  small: Number(values.small),
};
if (values.from !== undefined) await renderRows(options, Number(values.from));
else await main(options, process.argv.slice(2));
