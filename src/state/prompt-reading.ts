/** What a prompt says in the model's own words, and what of it the model was never taught. */
import {
  JOINING_WORDS,
  phraseOf,
  singularForms,
  wordSpans,
  type Lexicon,
  type Phrase,
  type WordSpan,
} from './lexicon';

/** A word the model was not taught, and the taught word it may be a slip of. */
export interface UnknownWord extends WordSpan {
  /** As it is written in the prompt. */
  readonly written: string;
  readonly nearest: string | null;
}

/** What of a prompt the model knows. */
export interface PromptFindings {
  /** Phrases the model was taught, in the order of the prompt, each once. */
  readonly known: readonly Phrase[];
  /** Each once, in the order of the prompt. */
  readonly unknown: readonly UnknownWord[];
  readonly hasObject: boolean;
  readonly isEmpty: boolean;
}

/** Looking for slips compares with every taught word, so only the first few unknown words get it. */
const MAX_CORRECTED_WORDS = 6;

/** Reads a prompt against a lexicon, longest phrases first. */
export function readPromptWords(lexicon: Lexicon, text: string): PromptFindings {
  const spans = wordSpans(text);
  const known = new Map<string, Phrase>();
  const unknown = new Map<string, UnknownWord>();
  for (let i = 0; i < spans.length;) {
    const found = longestPhraseAt(lexicon, spans, i);
    if (found) {
      known.set(found.phrase.text, found.phrase);
      i += found.wordCount;
      continue;
    }
    const span = spans[i];
    i += 1;
    if (!span || isUnderstood(lexicon, span.word) || unknown.has(span.word)) continue;
    const nearest = unknown.size < MAX_CORRECTED_WORDS ? nearestWord(lexicon, span.word) : null;
    unknown.set(span.word, { ...span, written: text.slice(span.from, span.to), nearest });
  }
  const phrases = [...known.values()];
  return {
    known: phrases,
    unknown: [...unknown.values()],
    hasObject: phrases.some((phrase) => phrase.kind === 'object'),
    isEmpty: spans.length === 0,
  };
}

/** The text with an unknown word replaced by its nearest taught one. */
export function correctWord(text: string, unknown: UnknownWord): string {
  if (unknown.nearest === null) return text;
  return text.slice(0, unknown.from) + unknown.nearest + text.slice(unknown.to);
}

/**
 * Number of insertions, deletions, replacements and swaps of neighbours between two words, or `limit + 1` when there
 * are more than `limit` (optimal string alignment distance).
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (isSame ? 0 : 1),
        isSwap ? at(beforeLast, j - 2) + 1 : Infinity,
      );
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return Math.min(at(last, b.length), limit + 1);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}

function longestPhraseAt(
  lexicon: Lexicon,
  spans: readonly WordSpan[],
  start: number,
): { phrase: Phrase; wordCount: number } | null {
  const most = Math.min(lexicon.longestPhraseWords, spans.length - start);
  for (let wordCount = most; wordCount > 0; wordCount--) {
    const words = spans.slice(start, start + wordCount).map((span) => span.word);
    const phrase = phraseOf(lexicon, words);
    if (phrase) return { phrase, wordCount };
  }
  return null;
}

/** Part of a taught phrase, or a word that only joins others. */
function isUnderstood(lexicon: Lexicon, word: string): boolean {
  return singularForms(word).some((form) => JOINING_WORDS.has(form) || lexicon.words.has(form));
}

function nearestWord(lexicon: Lexicon, word: string): string | null {
  if (word.length < 4) return null;
  const limit = word.length < 6 ? 1 : 2;
  let nearest: string | null = null;
  let smallest = limit + 1;
  for (const candidate of lexicon.words) {
    if (candidate.length < 3) continue;
    const distance = editDistance(word, candidate, smallest - 1);
    if (distance < smallest) [nearest, smallest] = [candidate, distance];
  }
  return nearest;
}
