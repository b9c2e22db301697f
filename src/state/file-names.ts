/** Names of downloaded files, from a template with blanks. Pure. */
import type { PictureInfo } from '../contract/engine';

/** What a template can ask for, each written in braces. */
export const NAME_BLANKS = [
  ...(['prompt', 'seed', 'level', 'size', 'fps'] as const),
  ...(['steps', 'guidance', 'model', 'date', 'time'] as const),
] as const;

/** One of the blanks. */
export type NameBlank = (typeof NAME_BLANKS)[number];

/** What the blanks are filled with; a file that has no size leaves `size` out. */
export type NameFacts = Readonly<Partial<Record<NameBlank, string>>>;

/** `red-apple-seed7-level2-256x256` of a picture, `red-apple-seed7` of a latent, which has no level and no size. */
export const DEFAULT_NAME_TEMPLATE = '{prompt}-seed{seed}-level{level}-{size}-{fps}fps';

/** Longest template kept, in UTF-16 units. */
export const MAX_TEMPLATE_LENGTH = 200;

const MOST_PROMPT_LETTERS = 48;
/** File systems take 255 bytes; the ending and a number that the browser adds need some of them. */
const MOST_NAME_BYTES = 200;
const BLANK = /\{([a-z]+)\}/gu;
/** A word of a template, with the separators before it. */
const WORD = /[-_ .,]*(?:\{[^}]*\}|[^-_ .,])+/gu;
/** Separators of folders, wildcards, what Windows forbids, and everything that is not seen. */
const FORBIDDEN = /[<>:"/\\|?*\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;
/** Names that Windows keeps for devices, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/iu;

/** What a name can say of a picture, whatever file is made of it. */
export function factsOf(
  picture: Pick<PictureInfo, 'prompt' | 'steps' | 'guidance'> & { readonly seed: string },
  { model, at }: { readonly model: string | null; readonly at: Date },
): NameFacts {
  const two = (part: number): string => String(part).padStart(2, '0');
  return {
    prompt: promptWords(picture.prompt),
    seed: picture.seed,
    steps: String(picture.steps),
    guidance: String(picture.guidance),
    ...(model !== null && { model }),
    date: `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`,
    time: [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join('-'),
  };
}

/**
 * A template with its blanks filled in: a name that every file system takes, without an ending. A word with a blank that
 * this file has nothing for is left out.
 */
export function fileStem(template: string, facts: NameFacts): string {
  const words = Array.from(template.matchAll(WORD), ([word]) => word).filter((word) =>
    blanksIn(word).every((name) => !isBlank(name) || facts[name] !== undefined),
  );
  const filled = words
    .join('')
    .replaceAll(BLANK, (_, name: string) => (isBlank(name) ? (facts[name] ?? '') : name));
  return safeName(filled);
}

/** Blanks of a template that mean nothing; each is written as it is, without its braces. */
export function unknownBlanks(template: string): string[] {
  return blanksIn(template).filter((name) => !isBlank(name));
}

function blanksIn(text: string): string[] {
  return Array.from(text.matchAll(BLANK), ([, name = '']) => name);
}

function isBlank(name: string): name is NameBlank {
  return NAME_BLANKS.some((blank) => blank === name);
}

function safeName(text: string): string {
  const clean = text
    .replaceAll(FORBIDDEN, '-')
    .replaceAll(/\s+/gu, ' ')
    .replace(/^[-_ .,]+/u, '');
  const short = withinBytes(clean, MOST_NAME_BYTES).replace(/[- .,]+$/u, '');
  return short === '' ? 'picture' : short.replace(DEVICE, (device) => `${device}_`);
}

function withinBytes(text: string, bytes: number): string {
  const encoder = new TextEncoder();
  let left = bytes;
  let kept = '';
  for (const letter of text) {
    left -= encoder.encode(letter).length;
    if (left < 0) break;
    kept += letter;
  }
  return kept;
}

/** The prompt's letters and digits, shortened. */
function promptWords(prompt: string): string {
  const words = prompt
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-');
  const short = Array.from(words)
    .slice(0, MOST_PROMPT_LETTERS)
    .join('')
    .replaceAll(/^-+|-+$/g, '');
  return short === '' ? 'picture' : short;
}
