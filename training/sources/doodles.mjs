/**
 * Draws made-up outlined drawings, so that the tokenizer learns thin dark lines and shapes that no icon set holds.
 *
 * A doodle is a few random shapes, filled, outlined or both, often mirrored like a face. It shows nothing that has a
 * name: only the tokenizer is trained on it. The same --seed always gives the same drawings. Writes a sprite atlas
 * (atlas.mjs) whose rows are ["0", "doodle"], ["1", "doodle"], ...
 *
 * Usage: node doodles.mjs [--out DIR] [--count 3000] [--seed 1] [--px 256]
 */
import { mkdirSync, openSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { Resvg } from '@resvg/resvg-js';

import { CACHE, levelSizes, MARGIN, VERSION } from './atlas.mjs';
import { boxReduce } from './box-reduce.mjs';

const SIDE = 72;
const DARK = ['#000000', '#111111', '#222222', '#1a2233', '#332211'];
const STROKE_WIDTHS = [1, 1.5, 2, 2, 2, 2.5, 3, 4];

/** Random numbers of one seed (mulberry32). */
function randomOf(seed) {
  let state = seed >>> 0;
  const uniform = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    chance: (rate) => uniform() < rate,
    between: (low, high) => low + (high - low) * uniform(),
    pick: (items) => items[Math.floor(uniform() * items.length)],
    whole: (low, high) => low + Math.floor(uniform() * (high - low + 1)),
  };
}

const rounded = (value) => value.toFixed(2);
const place = ([x, y]) => `${rounded(x)} ${rounded(y)}`;

function ring(random, cx, cy, rx, ry, corners, unevenness) {
  const turn = random.between(0, 2 * Math.PI);
  return Array.from({ length: corners }, (_, i) => {
    const angle = turn + (2 * Math.PI * i) / corners;
    const reach = 1 + random.between(-unevenness, unevenness);
    return [cx + rx * reach * Math.cos(angle), cy + ry * reach * Math.sin(angle)];
  });
}

/** A closed smooth line through points: Catmull-Rom as cubic Bezier curves. */
function smooth(points) {
  const at = (i) => points[(i + points.length) % points.length];
  const curves = points.map((point, i) => {
    const [before, next, after] = [at(i - 1), at(i + 1), at(i + 2)];
    const first = [point[0] + (next[0] - before[0]) / 6, point[1] + (next[1] - before[1]) / 6];
    const second = [next[0] - (after[0] - point[0]) / 6, next[1] - (after[1] - point[1]) / 6];
    return `C${place(first)},${place(second)},${place(next)}`;
  });
  return `M${place(points[0])}${curves.join('')}Z`;
}

const straight = (points, isClosed) => `M${points.map(place).join('L')}${isClosed ? 'Z' : ''}`;

/** Path data of one shape inside the box (cx, cy, rx, ry), and whether it can be filled. */
const SHAPES = {
  blob: (random, ...box) => [smooth(ring(random, ...box, random.whole(4, 9), 0.35)), true],
  ellipse: (random, ...box) => [smooth(ring(random, ...box, 8, 0)), true],
  polygon: (random, ...box) => [straight(ring(random, ...box, random.whole(3, 7), 0.15), true), true],
  star: (random, ...box) => {
    const points = ring(random, ...box, 2 * random.whole(4, 8), 0);
    const depth = random.between(0.35, 0.75);
    const inner = ([x, y]) => [box[0] + (x - box[0]) * depth, box[1] + (y - box[1]) * depth];
    return [straight(points.map((point, i) => (i % 2 ? inner(point) : point)), true), true];
  },
  box: (random, cx, cy, rx, ry) => {
    const corners = [[-1, -1], [1, -1], [1, 1], [-1, 1]]; // prettier-ignore
    return [straight(corners.map(([x, y]) => [cx + x * rx, cy + y * ry]), true), true];
  },
  line: (random, cx, cy, rx, ry) => {
    const points = ring(random, cx, cy, rx, ry, random.whole(2, 3), 0.2);
    return [straight(points, false), false];
  },
  zigzag: (random, cx, cy, rx, ry) => {
    const count = random.whole(3, 8);
    const points = Array.from({ length: count + 1 }, (_, i) => [
      cx - rx + (2 * rx * i) / count,
      cy + (i % 2 ? ry : -ry) * 0.5,
    ]);
    return [straight(points, false), false];
  },
  bars: (random, cx, cy, rx, ry) => {
    const count = random.whole(2, 6);
    const bar = (i) => {
      const x = cx - rx + (2 * rx * (i + 0.5)) / count;
      return straight([[x, cy - ry], [x, cy + ry]], false); // prettier-ignore
    };
    return [Array.from({ length: count }, (_, i) => bar(i)).join(''), false];
  },
  dots: (random, cx, cy, rx, ry) => {
    const count = random.whole(2, 5);
    const dot = (i) => {
      const x = cx - rx + (2 * rx * (i + 0.5)) / count;
      return smooth(ring(random, x, cy, rx / count / 2, Math.min(ry, rx / count / 2), 6, 0));
    };
    return [Array.from({ length: count }, (_, i) => dot(i)).join(''), true];
  },
};

function vivid(random) {
  const saturation = random.pick([90, 75, 60, 30, 0]);
  return `hsl(${random.whole(0, 359)},${saturation}%,${random.whole(20, 90)}%)`;
}

function shape(random, outline, spread) {
  const kind = random.pick(Object.keys(SHAPES));
  const reach = random.between(3, 34 * (1 - spread * 0.7));
  const center = [36 + spread * random.between(-24, 24), 36 + spread * random.between(-24, 24)];
  const [path, canFill] = SHAPES[kind](random, ...center, reach, reach * random.between(0.4, 1.2));
  const isFilled = canFill && random.chance(0.8);
  const isDrawn = !isFilled || random.chance(0.8);
  const color = random.chance(0.8) ? outline.color : vivid(random);
  const width = random.chance(0.7) ? outline.width : random.pick(STROKE_WIDTHS);
  const drawn = isDrawn
    ? `stroke="${color}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"`
    : '';
  const path_ = `<path d="${path}" fill="${isFilled ? vivid(random) : 'none'}" ${drawn}/>`;
  const isMirrored = random.chance(outline.symmetry);
  return isMirrored ? `${path_}<g transform="matrix(-1 0 0 1 72 0)">${path_}</g>` : path_;
}

/** SVG of doodle number `index`. */
function doodle(seed, index) {
  const random = randomOf(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const outline = {
    color: random.chance(0.8) ? random.pick(DARK) : vivid(random),
    width: random.pick(STROKE_WIDTHS),
    symmetry: random.pick([0, 0.5, 0.9]),
  };
  const count = random.whole(2, 9);
  const shapes = Array.from({ length: count }, (_, i) => shape(random, outline, i / count));
  const side = SIDE / (1 - 2 * MARGIN);
  const box = [(SIDE - side) / 2, (SIDE - side) / 2, side, side].join(' ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}">${shapes.join('')}</svg>`;
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: join(CACHE, 'doodles') },
    count: { type: 'string', default: '3000' },
    seed: { type: 'string', default: '1' },
    px: { type: 'string', default: '256' },
  },
});
const [count, seed, largestPx] = [values.count, values.seed, values.px].map(Number);
mkdirSync(values.out, { recursive: true });
const sizes = levelSizes(largestPx);
const files = sizes.map((px) => openSync(join(values.out, `level-${px}.rgba`), 'w'));
for (let row = 0; row < count; row += 1) {
  const fitTo = { mode: 'width', value: largestPx };
  const { pixels } = new Resvg(doodle(seed, row), { fitTo }).render();
  sizes.forEach((px, level) => {
    writeSync(files[level], px === largestPx ? pixels : boxReduce(pixels, largestPx, largestPx / px));
  });
}
const index = {
  version: VERSION,
  margin: MARGIN,
  rows: Array.from({ length: count }, (_, row) => [String(row), 'doodle']),
  levels: Object.fromEntries(sizes.map((px) => [px, count])),
  skipped: [],
};
const path = join(values.out, 'index.json');
writeFileSync(`${path}.part`, JSON.stringify(index)); // written last: its presence means complete
renameSync(`${path}.part`, path);
console.log(`${count} doodles in ${values.out}`);
