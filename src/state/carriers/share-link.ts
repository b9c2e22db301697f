/**
 * What the fragment of a link says, which no server ever gets: the picture itself, as a `.dcs` file with 8-bit values, or
 * where that is too long, how to make it again.
 */
import { parseSettings, type Settings } from '../settings';

/** What a link opens. */
export type Shared =
  | { readonly kind: 'picture'; readonly file: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'recipe'; readonly settings: Partial<Settings> };

/** Longer links are cut off by some of the programs that people send them with. */
const MAX_PICTURE_LETTERS = 8000;

/** What of the settings makes the same picture again. */
const RECIPE = ['prompt', 'seed', 'aspect', 'steps', 'guidance', 'levels', 'seconds'] as const;

/** The fragment that carries a picture; null if it is too long for a link. */
export function pictureFragment(file: Uint8Array): string | null {
  const letters = toBase64Url(file);
  return letters.length > MAX_PICTURE_LETTERS ? null : `#dcs=${letters}`;
}

/** The fragment that says how to make a picture. */
export function recipeFragment(settings: Pick<Settings, (typeof RECIPE)[number]>): string {
  const recipe = Object.fromEntries(RECIPE.map((name) => [name, settings[name]]));
  return `#recipe=${encodeURIComponent(JSON.stringify(recipe))}`;
}

/** Reads a fragment; null if it says nothing that is understood. */
export function readFragment(fragment: string): Shared | null {
  const [, kind, value = ''] = /^#(dcs|recipe)=(.*)$/su.exec(fragment) ?? [];
  if (kind === 'dcs') {
    const file = fromBase64Url(value);
    return file && { kind: 'picture', file };
  }
  if (kind !== 'recipe') return null;
  try {
    const settings = parseSettings(JSON.parse(decodeURIComponent(value)));
    const recipe = Object.fromEntries(RECIPE.map((name) => [name, settings[name]]));
    return { kind: 'recipe', settings: { ...recipe, isSeedLocked: true } };
  } catch {
    return null; // cut off or edited by hand: the page opens as without a link
  }
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/u, '');
}

function fromBase64Url(letters: string): Uint8Array<ArrayBuffer> | null {
  try {
    const binary = atob(letters.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
  } catch {
    return null;
  }
}
