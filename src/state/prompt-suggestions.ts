/** Completions of the word being typed, and whole prompts for those who want an idea. Pure. */
import { wordSpans, type Lexicon, type Phrase, type PhraseKind } from './lexicon';

/** A way to complete what is being typed: replace `text[from, to)` by `insert`. */
export interface Suggestion {
  readonly insert: string;
  readonly kind: PhraseKind;
  readonly from: number;
  readonly to: number;
}

/** A prompt and where the caret is in it, in UTF-16 units. */
export interface TextWithCaret {
  readonly text: string;
  readonly caret: number;
}

/** The manifest lists the plainest word of each motion first: enough of those for variety. */
const PLAIN_MOTIONS = 9;
/** As many as fit between the prompt and the button that starts the picture. */
const DEFAULT_LIMIT = 4;
/** Words before the one being typed that may belong to the same phrase ("light bl" is light blue). */
const CONTEXT_WORDS = 2;
/** After this many letters a phrase is also offered for a word inside it ("face" is grinning face). */
const INNER_MATCH_LETTERS = 3;
const ON_A_COLOUR = /(?:^|[\s,])(?:on|against)(?:\s+an?|\s+the)?\s+$/iu;

/**
 * Ways to complete the word that ends at the caret, best first. Phrases that continue the words before it come first,
 * then phrases that begin with it, then phrases that hold it inside. After "on a", colours become backgrounds.
 */
export function suggest(
  lexicon: Lexicon,
  typed: TextWithCaret,
  limit = DEFAULT_LIMIT,
): Suggestion[] {
  const { text, caret } = typed;
  const spans = wordSpans(text.slice(0, caret));
  const current = spans[spans.length - 1];
  const isInsideWord = /^[\p{L}\p{N}]/u.test(text.slice(caret));
  if (current?.to !== caret || isInsideWord) return [];

  const found = new Map<string, Suggestion>();
  const offer = (phrase: Phrase, from: number): void => {
    const isBackground = phrase.kind === 'colour' && ON_A_COLOUR.test(text.slice(0, from));
    const insert = isBackground ? `${phrase.text} background` : phrase.text;
    const isTyped = text.slice(from, caret).toLowerCase() === insert.toLowerCase();
    if (!isTyped && !found.has(insert))
      found.set(insert, { insert, kind: phrase.kind, from, to: caret });
  };
  for (let wordCount = Math.min(CONTEXT_WORDS + 1, spans.length); wordCount > 0; wordCount--) {
    const words = spans.slice(-wordCount);
    const from = words[0]?.from ?? caret;
    const prefix = words.map((span) => span.word).join(' ');
    for (const phrase of ordered(lexicon, (key) => key.startsWith(prefix))) offer(phrase, from);
  }
  if (current.word.length >= INNER_MATCH_LETTERS) {
    const inner = ` ${current.word}`;
    for (const phrase of ordered(lexicon, (key) => key.includes(inner)))
      offer(phrase, current.from);
  }
  return preferColours(text.slice(0, current.from), [...found.values()]).slice(0, limit);
}

/** The prompt with a suggestion taken, and the caret after it, ready for the next word. */
export function acceptSuggestion(text: string, suggestion: Suggestion): TextWithCaret {
  const after = text.slice(suggestion.to);
  const gap = after === '' ? ' ' : '';
  const before = text.slice(0, suggestion.from) + suggestion.insert + gap;
  return { text: before + after, caret: before.length };
}

/** A prompt made of the model's own words: an object, in a clip what it does, on a background. */
function inventPrompt(lexicon: Lexicon, isForClip: boolean, random: () => number): string {
  const pick = (kind: PhraseKind, first = Infinity): string | null => {
    const choices = ordered(lexicon, () => true)
      .filter((phrase) => phrase.kind === kind)
      .slice(0, first);
    return choices[Math.floor(random() * choices.length)]?.text ?? null;
  };
  const object = pick('object');
  const colour = pick('colour');
  const style = random() < 0.25 ? pick('style') : null;
  const background = colour === null ? '' : `on ${article(colour)} ${colour} background`;
  const motion = isForClip ? pick('motion', PLAIN_MOTIONS) : null;
  const words = [object, motion, background]
    .filter((part) => part !== null && part !== '')
    .join(' ');
  return style === null ? words : `${words}, ${style}`;
}

/**
 * A few different invented prompts.
 *
 * @param random numbers in [0, 1)
 */
export function inventPrompts(
  lexicon: Lexicon,
  { count, isForClip }: { readonly count: number; readonly isForClip: boolean },
  random: () => number,
): string[] {
  const prompts = new Set<string>();
  for (let tries = 0; prompts.size < count && tries < 8 * count; tries++) {
    const prompt = inventPrompt(lexicon, isForClip, random);
    if (prompt !== '') prompts.add(prompt);
  }
  return [...prompts];
}

function article(words: string): string {
  return /^[aeiou]/i.test(words) ? 'an' : 'a';
}

function ordered(lexicon: Lexicon, matches: (key: string) => boolean): Phrase[] {
  const phrases: Phrase[] = [];
  for (const [key, phrase] of lexicon.phrases) if (matches(key)) phrases.push(phrase);
  return phrases.sort((a, b) => a.rank - b.rank);
}

/** After "on a" a colour is what is most likely meant. */
function preferColours(before: string, suggestions: Suggestion[]): Suggestion[] {
  if (!ON_A_COLOUR.test(before)) return suggestions;
  const isColour = (suggestion: Suggestion): boolean => suggestion.kind === 'colour';
  return [...suggestions.filter(isColour), ...suggestions.filter((s) => !isColour(s))];
}
