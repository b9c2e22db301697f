/** The words a model was taught, arranged for looking up. Pure; built once per model. */
import type { ModelManifest } from '../contract/manifest';

/** What a phrase of a prompt speaks of. */
export type PhraseKind = 'object' | 'motion' | 'colour' | 'style' | 'position';

/** A phrase the model was taught. */
export interface Phrase {
  /** As it is offered and inserted. */
  readonly text: string;
  readonly kind: PhraseKind;
  /** Lower is more usual: the model's emphasis first, then the order of the manifest. */
  readonly rank: number;
}

/** A model's vocabulary, arranged for looking up. */
export interface Lexicon {
  /** By folded text, best first in iteration order. */
  readonly phrases: ReadonlyMap<string, Phrase>;
  /** Every single word of every phrase, folded. */
  readonly words: ReadonlySet<string>;
  readonly longestPhraseWords: number;
}

/** A word of a text and where it stands, in UTF-16 units. */
export interface WordSpan {
  /** Folded: comparable with the lexicon. */
  readonly word: string;
  readonly from: number;
  readonly to: number;
}

/** Words that captions are held together with and that name nothing by themselves. */
export const JOINING_WORDS: ReadonlySet<string> = new Set(
  (
    'a an the and of on in at with to its is by for from against next left right top bottom middle center centre ' +
    'above below over under behind without background backdrop gradient style drawing picture image emoji sticker ' +
    'icon small little tiny big large tilted two one'
  ).split(' '),
);

const WORD = /[\p{L}\p{N}]+(?:['\u2019-][\p{L}\p{N}]+)*/gu;

/** A text as it is compared: compatible characters unified, lower case, straight apostrophes. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll('\u2019', "'");
}

/** The words of a text with their places. */
export function wordSpans(text: string): WordSpan[] {
  return Array.from(text.matchAll(WORD), (match) => ({
    word: fold(match[0]),
    from: match.index,
    to: match.index + match[0].length,
  }));
}

/** Arranges a manifest's vocabulary. A phrase listed twice keeps its first meaning. */
export function createLexicon(vocabulary: ModelManifest['vocabulary']): Lexicon {
  const phrases = new Map<string, Phrase>();
  const words = new Set<string>();
  const add = (text: string, kind: PhraseKind): void => {
    const key = wordSpans(text)
      .map((span) => span.word)
      .join(' ');
    if (key === '' || phrases.has(key)) return;
    phrases.set(key, { text, kind, rank: phrases.size });
    for (const word of key.split(' ')) words.add(word);
  };
  const byEmphasis = [...vocabulary.objects].sort((a, b) => Number(b.core) - Number(a.core));
  for (const object of byEmphasis) add(object.name, 'object');
  for (const object of byEmphasis) for (const synonym of object.synonyms) add(synonym, 'object');
  for (const colour of vocabulary.colours) add(colour, 'colour');
  for (const style of vocabulary.styles) add(style, 'style');
  for (const position of vocabulary.positions) add(position, 'position');
  for (const motion of vocabulary.motions) add(motion, 'motion');
  const lengths = Array.from(phrases.keys(), (key) => key.split(' ').length);
  return { phrases, words, longestPhraseWords: Math.max(0, ...lengths) };
}

/** The words a folded word may be a plural of, itself first. */
export function singularForms(word: string): string[] {
  const forms = [word];
  if (word.endsWith('ies')) forms.push(`${word.slice(0, -3)}y`);
  if (word.endsWith('es')) forms.push(word.slice(0, -2));
  if (word.endsWith('s')) forms.push(word.slice(0, -1));
  return forms;
}

/** The phrase that some neighbouring words are, in singular or plural. */
export function phraseOf(lexicon: Lexicon, words: readonly string[]): Phrase | null {
  const start = words.slice(0, -1);
  const last = words[words.length - 1] ?? '';
  for (const form of singularForms(last)) {
    const phrase = lexicon.phrases.get([...start, form].join(' '));
    if (phrase) return phrase;
  }
  return null;
}
