import { Tokenizer } from '@huggingface/tokenizers';
import { EngineError } from '../src/contract/engine-error';

/** What one prompt becomes. */
export interface EncodedText {
  /** Token ids, at least 1 and at most `maxTokens`. */
  readonly ids: number[];
  /** Tokens at the end of the prompt that did not fit and are not read. */
  readonly truncatedTokens: number;
  /**
   * Words with a character that the text encoder has never seen; each once, in order. As normalized by this runtime's
   * Unicode version: the newest characters may be spelled differently than in Python, with the same ids.
   */
  readonly unknownWords: string[];
}

/** Turns prompts into the `input_ids` of the text encoder. */
export interface TextTokenizer {
  /** Encodes any string; never throws. Reads the first {@link MAX_CHARACTERS} code points. */
  encode(text: string): EncodedText;
}

/** Code points of a prompt, before and after normalization, that are tokenized: a pasted book cannot stall us. */
export const MAX_CHARACTERS = 10_000;

/** The piece that begins every word, and the whole of a prompt without words: the null text of guidance. */
const WORD_START = '\u2581';

/**
 * Builds the tokenizer of a bundle from its `tokenizer.json`. There are no begin or end tokens.
 * Twin of `TextTokenizer` in training/dcs/text.py, held to it by training/tests/golden/tokenizer.json.
 *
 * @param tokenizerJson parsed content of the file, of any shape
 * @param maxTokens tokens that the model reads, from the manifest
 * @throws {EngineError} ManifestInvalid when the content is not a tokenizer that this page can run
 */
export function createTextTokenizer(tokenizerJson: unknown, maxTokens: number): TextTokenizer {
  const tokenizer = parseTokenizer(tokenizerJson);
  const emptyId = tokenizer.token_to_id(WORD_START);
  if (emptyId === undefined) {
    throw invalid(`has no piece "${WORD_START}" (U+2581)`);
  }
  const knownCharacters = new Set([' ']);
  for (const piece of tokenizer.get_vocab().keys()) {
    if (isOneCharacter(piece) && piece !== '\uFFFD') knownCharacters.add(piece);
  }
  const isKnown = (word: string) => Array.from(word).every((char) => knownCharacters.has(char));

  const normalize = (text: string) => tokenizer.normalizer?.normalize(text) ?? text;

  return {
    encode(text) {
      const read = firstCharacters(text, MAX_CHARACTERS).toWellFormed();
      const normalized = firstCharacters(normalize(read), MAX_CHARACTERS);
      const found = tokenizer.encode(mergeUnknown(normalized, knownCharacters)).ids;
      const ids = found.length > 0 ? found : [emptyId];
      const words = normalized.split(' ');
      return {
        ids: ids.slice(0, maxTokens),
        truncatedTokens: Math.max(0, ids.length - maxTokens),
        unknownWords: [...new Set(words.filter((word) => !isKnown(word)))],
      };
    },
  };
}

/** A tokenizer that reads every prompt in lower case: the captions of the training have no other. */
export function inLowerCase(tokenizer: TextTokenizer): TextTokenizer {
  return { encode: (text) => tokenizer.encode(text.toLowerCase()) };
}

function parseTokenizer(tokenizerJson: unknown): Tokenizer {
  if (typeof tokenizerJson !== 'object' || tokenizerJson === null) {
    const found = tokenizerJson === null ? 'null' : typeof tokenizerJson;
    throw invalid(`holds ${found} instead of an object`);
  }
  try {
    return new Tokenizer(tokenizerJson, {});
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`cannot be used: ${reason}`, { cause });
  }
}

function invalid(finding: string, options?: ErrorOptions): EngineError {
  const message = `tokenizer.json ${finding}. Load the model again or choose another one.`;
  return new EngineError('ManifestInvalid', message, options);
}

/** The first `count` code points; a surrogate pair is one. */
function firstCharacters(text: string, count: number): string {
  if (text.length <= count) return text;
  return Array.from(text.slice(0, 2 * count))
    .slice(0, count)
    .join('');
}

/**
 * Each run of unknown characters as one. The ids stay the same (a run is one unknown token), but the tokenizer merges
 * such runs in quadratic time: 450 ms for 10,000 emoji.
 */
function mergeUnknown(normalized: string, knownCharacters: ReadonlySet<string>): string {
  let merged = '';
  let isInRun = false;
  for (const char of normalized) {
    const isKnown = knownCharacters.has(char);
    if (isKnown) merged += char;
    else if (!isInRun) merged += '\uFFFD';
    isInRun = !isKnown;
  }
  return merged;
}

function isOneCharacter(piece: string): boolean {
  return piece.length > 0 && piece.length <= 2 && Array.from(piece).length === 1;
}
