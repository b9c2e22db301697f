/**
 * An SVG with SMIL animations as it stands at a time: every <animate> and <animateTransform> of the
 * text becomes the attribute it gives its parent. Knows what @bybas/weather-icons uses: `values` or
 * `from`/`to`, linear and spline timing, `keyTimes`, negative `begin`, `additive="sum"`, endless
 * repetition. https://www.w3.org/TR/SVG11/animate.html
 */

const TAG = /<(\/?)([A-Za-z][\w:]*)((?:[^>"]|"[^"]*")*?)(\/?)>/g;
const HEX_COLOR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6})$/i;

const readAttributes = (text) =>
  Object.fromEntries(
    [...text.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );

/** Seconds of a clock value such as "0.7s", ".9s", "-250ms". */
export function readSeconds(text) {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(ms|s)$/.exec(text.trim());
  if (match === null)
    throw new Error(`"${text}" is no SMIL clock value that smil.mjs reads (0.7s, 250ms).`);
  return Number(match[1]) / (match[2] === 'ms' ? 1000 : 1);
}

/** Numbers of one keyframe value; a colour becomes red, green, blue. */
function readValue(text) {
  if (HEX_COLOR.test(text)) {
    const digits =
      text.length === 4 ? [...text.slice(1)].map((d) => d + d).join('') : text.slice(1);
    return [0, 2, 4].map((i) => Number.parseInt(digits.slice(i, i + 2), 16));
  }
  const numbers = text.split(/[\s,]+/).map(Number);
  if (numbers.some(Number.isNaN))
    throw new Error(`smil.mjs cannot interpolate the value "${text}".`);
  return numbers;
}

const splitList = (text) =>
  text
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Reads the attributes of one animation element. */
function readAnimation(kind, attributes) {
  const texts =
    attributes.values === undefined
      ? [attributes.from, attributes.to]
      : splitList(attributes.values);
  const seconds = readSeconds(attributes.dur);
  if (attributes.repeatCount !== 'indefinite') {
    throw new Error(`smil.mjs reads endless animations only, found ${JSON.stringify(attributes)}.`);
  }
  return {
    attribute: attributes.attributeName,
    transform: kind === 'animateTransform' ? attributes.type : undefined,
    isAdditive: attributes.additive === 'sum',
    begin: attributes.begin === undefined ? 0 : readSeconds(attributes.begin),
    seconds,
    isColor: HEX_COLOR.test(texts[0]),
    values: texts.map(readValue),
    keyTimes:
      attributes.keyTimes === undefined
        ? texts.map((_, i) => i / Math.max(texts.length - 1, 1))
        : splitList(attributes.keyTimes).map(Number),
    splines:
      attributes.calcMode === 'spline'
        ? splitList(attributes.keySplines).map((item) => item.split(/[\s,]+/).map(Number))
        : undefined,
  };
}

/** Eased share of a spline interval: y of the cubic (0,0) (x1,y1) (x2,y2) (1,1) where its x is `x`. */
export function easeSpline([x1, y1, x2, y2], x) {
  const bezier = (a, b, s) => 3 * (1 - s) ** 2 * s * a + 3 * (1 - s) * s * s * b + s ** 3;
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i += 1) {
    const middle = (low + high) / 2;
    if (bezier(x1, x2, middle) < x) low = middle;
    else high = middle;
  }
  return bezier(y1, y2, (low + high) / 2);
}

/** Value of an animation at `seconds`, as numbers. */
function valueAt({ begin, seconds: period, values, keyTimes, splines }, seconds) {
  const share = ((((seconds - begin) % period) + period) % period) / period;
  let i = 0;
  while (i < keyTimes.length - 2 && share >= keyTimes[i + 1]) i += 1;
  const span = keyTimes[i + 1] - keyTimes[i];
  const linear = span === 0 ? 0 : Math.min((share - keyTimes[i]) / span, 1);
  const eased = splines === undefined ? linear : easeSpline(splines[i], linear);
  return values[i].map((from, c) => {
    const to = values[i + 1][c] ?? from;
    return from + (to - from) * eased;
  });
}

/** The attribute text an animation gives its parent at `seconds`. */
function textAt(animation, seconds) {
  const numbers = valueAt(animation, seconds);
  if (animation.isColor) return `rgb(${numbers.map(Math.round).join(',')})`;
  const text = numbers.map((number) => Number(number.toFixed(4))).join(' ');
  return animation.transform === undefined ? text : `${animation.transform}(${text})`;
}

/** `attributes` with all `animations` applied in order, at `seconds`. */
function animateAttributes(attributes, animations, seconds) {
  const animated = { ...attributes };
  for (const animation of animations) {
    const base = animation.isAdditive ? animated[animation.attribute] : undefined;
    const text = textAt(animation, seconds);
    animated[animation.attribute] = base === undefined ? text : `${base} ${text}`;
  }
  return animated;
}

/** Parses an SVG: returns { periods, at(seconds) -> SVG text without animations }. */
export function readSmil(svg) {
  const pieces = []; // text, or { name, attributes, isEmpty, animations }
  const open = [];
  let end = 0;
  for (const match of svg.matchAll(TAG)) {
    const [text, slash, name, attributeText, selfClosing] = match;
    if (match.index > end) pieces.push(svg.slice(end, match.index));
    end = match.index + text.length;
    const isAnimation = name === 'animate' || name === 'animateTransform';
    if (slash !== '') {
      if (!isAnimation) {
        open.pop();
        pieces.push(text);
      }
    } else if (isAnimation) {
      open.at(-1).animations.push(readAnimation(name, readAttributes(attributeText)));
    } else if (name === 'set' || name === 'animateMotion') {
      throw new Error(`smil.mjs does not read <${name}>.`);
    } else {
      const element = {
        name,
        attributes: readAttributes(attributeText),
        isEmpty: selfClosing !== '',
        animations: [],
      };
      pieces.push(element);
      if (!element.isEmpty) open.push(element);
    }
  }
  pieces.push(svg.slice(end));
  const elements = pieces.filter((piece) => typeof piece !== 'string');
  const write = ({ name, attributes, isEmpty, animations }, seconds) => {
    const animated = Object.entries(animateAttributes(attributes, animations, seconds));
    return `<${name}${animated.map(([key, value]) => ` ${key}="${value}"`).join('')}${isEmpty ? '/' : ''}>`;
  };
  return {
    periods: elements.flatMap(({ animations }) => animations.map(({ seconds }) => seconds)),
    at: (seconds) =>
      pieces.map((piece) => (typeof piece === 'string' ? piece : write(piece, seconds))).join(''),
  };
}

/** Shortest time, in seconds, after which all periods repeat, up to `limit`; undefined if there is none. */
export function commonPeriod(periods, limit) {
  const ticks = periods.map((seconds) => Math.round(seconds * 1000));
  const gcd = (a, b) => (b === 0 ? a : gcd(b, a % b));
  let common = 1;
  for (const tick of ticks) {
    common = (common / gcd(common, tick)) * tick;
    if (common > limit * 1000) return undefined;
  }
  return common / 1000;
}
