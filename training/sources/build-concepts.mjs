/**
 * Writes ../data/concepts.json: one row per emoji that enough of the open icon sets draw.
 *
 * A concept is one Unicode sequence. Names and keywords are emojibase's label and tags. A set with
 * a codepoint table (chars.json) is joined by codepoint; a set without one by name: CLDR label,
 * then shortcodes, each icon used at most once. art-names.json holds what neither rule finds or
 * gets wrong (older Unicode names such as "aubergine"), or null where a drawing is not what the
 * name says (a blue "red question mark"). unrenderable.json lists icons that make the rasterizer
 * abort (rasterize.mjs reports them); they are left out.
 *
 * Usage: node build-concepts.mjs [--out FILE]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { hyphenated, SAME_AS_NAME } from './icon-name.mjs';

/** Order of the `icons` array in every row. The last one is evaluation only (CC-BY-SA art). */
const STYLES = [
  'noto',
  'noto-v1',
  'fxemoji',
  'fluent-emoji-flat',
  'twemoji',
  'emojione',
  'streamline-emojis',
  'openmoji',
];
const EVALUATION_STYLES = ['openmoji'];
const MIN_STYLES = 3;
const SHORTCODE_FILES = ['cldr', 'emojibase', 'github', 'iamcal', 'joypixels', 'emojibase-legacy'];

const readJson = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const withoutVariation = (hexcode) => hexcode.toLowerCase().replaceAll('-fe0f', '');

const joined = (name) => hyphenated(name).replaceAll('-', '');

/** Map of codepoint (lower case, without FE0F) to icon name in one set. */
function matchSet(style, emojis, shortcodes, override) {
  const set = readJson(`./node_modules/@iconify-json/${style}/icons.json`);
  const chars = readJson(`./node_modules/@iconify-json/${style}/chars.json`);
  const names = [...Object.keys(set.icons), ...Object.keys(set.aliases ?? {})];
  const known = new Set(names);
  const matched = new Map(
    Object.entries(chars).map(([hexcode, icon]) => [withoutVariation(hexcode), icon]),
  );
  if (matched.size === 0) {
    const iconByName = new Map(names.map((icon) => [icon.replaceAll('-', ''), icon]));
    const free = new Set(names);
    Object.values(override).forEach((icon) => free.delete(icon));
    for (const emoji of emojis) {
      const candidates = [emoji.label, ...shortcodes.flatMap((s) => s[emoji.hexcode] ?? [])];
      // streamline-emojis numbers the variants of one drawing: "man-1" is its only "man".
      const icon = candidates
        .flatMap((name) => [joined(name), `${joined(name)}1`])
        .map((name) => iconByName.get(name))
        .find((found) => found !== undefined && free.has(found));
      if (icon === undefined) continue;
      free.delete(icon);
      matched.set(withoutVariation(emoji.hexcode), icon);
    }
  }
  for (const [hexcode, icon] of Object.entries(override)) {
    if (icon === null) matched.delete(hexcode);
    else if (known.has(icon)) matched.set(hexcode, icon);
    else throw new Error(`art-names.json: ${style} has no icon "${icon}" (for ${hexcode}).`);
  }
  const unrenderable = new Set(readJson('./unrenderable.json')[style]);
  for (const [hexcode, icon] of matched) if (unrenderable.has(icon)) matched.delete(hexcode);
  return matched;
}

function buildRows() {
  const groups = readJson('./node_modules/emojibase-data/meta/groups.json').groups;
  const emojis = readJson('./node_modules/emojibase-data/en/data.json').filter(
    (emoji) => emoji.group !== undefined && groups[emoji.group] !== 'component',
  );
  const shortcodes = SHORTCODE_FILES.map((name) => {
    const table = readJson(`./node_modules/emojibase-data/en/shortcodes/${name}.json`);
    return Object.fromEntries(Object.entries(table).map(([k, v]) => [k, [v].flat()]));
  });
  const artNames = readJson('./art-names.json');
  const matches = STYLES.map((style) => matchSet(style, emojis, shortcodes, artNames[style] ?? {}));
  const recommended = readJson('./recommended.json');
  const tierByName = new Map(
    Object.entries(recommended).flatMap(([tier, names]) => names.map((name) => [name, tier])),
  );
  const rows = [];
  for (const emoji of emojis) {
    const id = withoutVariation(emoji.hexcode);
    const found = matches.map((matched) => matched.get(id) ?? '');
    if (groups[emoji.group] === 'flags') continue;
    if (found.filter((icon) => icon !== '').length < MIN_STYLES) continue;
    const own = hyphenated(emoji.label);
    const row = {
      id,
      name: emoji.label,
      keywords: emoji.tags ?? [],
      category: groups[emoji.group],
      icons: found.map((icon) => (icon === own ? SAME_AS_NAME : icon)),
    };
    const tier = tierByName.get(emoji.label);
    if (tier !== undefined) row.recommended = tier;
    tierByName.delete(emoji.label);
    rows.push(row);
  }
  if (tierByName.size > 0) {
    throw new Error(`recommended.json names no emoji: ${[...tierByName.keys()].join(', ')}.`);
  }
  return rows;
}

const { values } = parseArgs({
  options: {
    out: {
      type: 'string',
      default: fileURLToPath(new URL('../data/concepts.json', import.meta.url)),
    },
  },
});
const rows = buildRows();
const head = JSON.stringify({ styles: STYLES, evaluationStyles: EVALUATION_STYLES }, null, 1);
const body = rows.map((row) => JSON.stringify(row)).join(',\n');
writeFileSync(values.out, `${head.slice(0, -2)},\n "concepts": [\n${body}\n]}\n`);
console.log(`${rows.length} concepts -> ${values.out}`);
