/** Draws the page's icons into public/icons: `node scripts/icons.mjs`, after the mark in src/ui/icons.tsx has changed. */
import { mkdir, writeFile } from 'node:fs/promises';
import { encode } from 'fast-png';

/** The mark on a square of 24 units: left, top, width, height and colour of its parts. */
const PARTS = /** @type {const} */ ([
  ...[
    [2, 2, 9.5, 9.5],
    [2, 12.5, 9.5, 9.5],
    [12.5, 12.5, 9.5, 9.5],
  ].map((box) => ({ box, colour: '#8a8884' })),
  ...[
    [12.5, 2, 4.5, 4.5],
    [12.5, 7.25, 4.5, 4.25],
    [17.75, 7.25, 4.25, 4.25],
  ].map((box) => ({ box, colour: '#c9855f' })),
  { box: [17.75, 2, 4.25, 4.5], colour: '#e8571c' },
]);
const UNITS = 24;
const GROUND = '#111112';

/** All edges lie on quarter units: with 4 pixels a unit, or a multiple of that, they lie on pixels. */
const ICONS = [
  { name: 'icon-192.png', sizePx: 192, unitPx: 8 },
  { name: 'icon-512.png', sizePx: 512, unitPx: 20 },
  // Systems cut these to a circle or a rounded square; the mark stays inside the circle that is left.
  { name: 'maskable-512.png', sizePx: 512, unitPx: 12, ground: GROUND },
  { name: 'apple-touch-180.png', sizePx: 180, unitPx: 4, ground: GROUND },
];

/** @param {string} colour */
const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/**
 * @param {{ sizePx: number, unitPx: number, ground?: string }} icon transparent without a ground
 * @returns {Uint8Array} a PNG file
 */
function drawPng({ sizePx, unitPx, ground }) {
  const data = new Uint8Array(sizePx * sizePx * 4);
  /** @param {number[]} box in pixels @param {string} colour */
  const fill = ([left = 0, top = 0, width = 0, height = 0], colour) => {
    for (let y = top; y < top + height; y++)
      for (let x = left; x < left + width; x++)
        data.set([...channels(colour), 255], (y * sizePx + x) * 4);
  };
  if (ground) fill([0, 0, sizePx, sizePx], ground);
  const marginPx = (sizePx - UNITS * unitPx) / 2;
  for (const { box, colour } of PARTS) {
    const [left = 0, top = 0, width = 0, height = 0] = box.map((units) => units * unitPx);
    fill([marginPx + left, marginPx + top, width, height], colour);
  }
  return encode({ width: sizePx, height: sizePx, data, channels: 4 });
}

function drawSvg() {
  const rects = PARTS.map(({ box: [x, y, width, height], colour }) =>
    [`<rect x="${x}" y="${y}" width="${width}"`, `height="${height}" fill="${colour}"/>`].join(' '),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${UNITS} ${UNITS}">${rects.join('')}</svg>\n`;
}

const folder = new URL('../public/icons/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('icon.svg', folder), drawSvg());
for (const { name, ...icon } of ICONS) await writeFile(new URL(name, folder), drawPng(icon));
