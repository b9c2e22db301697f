/** Words that a preset adds to a prompt take the place of those of their kind: one background, one style. Pure. */
import type { Lexicon } from '../lexicon';

/** A prompt apart: what it shows, on what, drawn how. */
interface PromptParts {
  readonly subject: string;
  /** `on a light blue background`; empty without one. */
  readonly background: string;
  /** `blob style`; empty without one. */
  readonly style: string;
}

const BACKGROUND = /[\s,]*\b(?:on|against)\s+an?\s+[^,]*?\bbackground\b/iu;
/** Words that join on without a comma. */
const PLACE = /^(?:on|in|at|next|above|below|with|against)\b/iu;

/** The prompt with an addition; its background and its style replace those that the prompt had. */
export function withAddition(prompt: string, addition: string, lexicon: Lexicon | null): string {
  if (prompt.endsWith(addition)) return prompt;
  const written = partsOf(prompt, lexicon);
  const added = partsOf(addition, lexicon);
  const isThere = written.subject.toLowerCase().includes(added.subject.toLowerCase());
  const isPlace = PLACE.test(added.subject);
  return [
    written.subject,
    isPlace && !isThere ? added.subject : '',
    added.background || written.background,
    isPlace || isThere ? '' : added.subject,
    added.style || written.style,
  ]
    .filter((part) => part !== '')
    .reduce(
      (text, part) => (text === '' ? part : text + (PLACE.test(part) ? ' ' : ', ') + part),
      '',
    );
}

/** What of a prompt another picture could have too: its background and its style. */
export function additionIn(prompt: string, lexicon: Lexicon | null): string {
  const { background, style } = partsOf(prompt, lexicon);
  return [background, style].filter((part) => part !== '').join(', ');
}

function partsOf(text: string, lexicon: Lexicon | null): PromptParts {
  const [withoutBackground, background] = cut(text, BACKGROUND);
  for (const { kind, text: style } of lexicon?.phrases.values() ?? []) {
    if (kind !== 'style') continue;
    const found = new RegExp(`[\\s,]*(?<![\\p{L}\\p{N}])${escaped(style)}(?![\\p{L}\\p{N}])`, 'iu');
    const [subject, cutStyle] = cut(withoutBackground, found);
    if (cutStyle !== '') return { subject, background, style: cutStyle };
  }
  return { subject: trimmed(withoutBackground), background, style: '' };
}

/** The text without the first match of a pattern, and that match. */
function cut(text: string, pattern: RegExp): readonly [rest: string, found: string] {
  const found = pattern.exec(text);
  if (!found) return [trimmed(text), ''];
  const end = found.index + found[0].length;
  return [trimmed(text.slice(0, found.index) + text.slice(end)), trimmed(found[0])];
}

function trimmed(text: string): string {
  return text.replaceAll(/^[\s,]+|[\s,]+$/gu, '');
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|-]/gu, String.raw`\$&`);
}
