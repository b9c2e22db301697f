import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../src/contract/engine-error';
import { createTextTokenizer, MAX_CHARACTERS } from './text-tokenizer';

interface GoldenCase {
  text: string;
  times: number;
  ids: number[];
  truncatedTokens: number;
  unknownWords: string[];
}

const readGolden = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../training/tests/golden/${name}`, import.meta.url), 'utf8'));

const definition = readGolden('tokenizer_definition.json');
const golden = readGolden('tokenizer.json') as { maxTokens: number; cases: GoldenCase[] };
const tokenizer = createTextTokenizer(definition, golden.maxTokens);

describe('text tokenizer', () => {
  it('gives the ids, the cut and the unknown words that Python gives, for every golden string', () => {
    expect(golden.cases.length).toBeGreaterThan(60);
    for (const { text, times, ids, truncatedTokens, unknownWords } of golden.cases) {
      const encoded = tokenizer.encode(text.repeat(times));
      expect(encoded, JSON.stringify(text)).toEqual({ ids, truncatedTokens, unknownWords });
    }
  });

  it('gives between one and maxTokens ids of the vocabulary for any string, well-formed or not', () => {
    const anyString = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes)),
    );
    fc.assert(
      fc.property(anyString, (text) => {
        const { ids, truncatedTokens } = tokenizer.encode(text);
        expect(ids.length).toBeGreaterThanOrEqual(1);
        expect(ids.length).toBeLessThanOrEqual(golden.maxTokens);
        expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < 8000)).toBe(true);
        expect(truncatedTokens === 0 || ids.length === golden.maxTokens).toBe(true);
      }),
    );
  });

  it('reads the same tokens whatever the white space between and around the words', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const space = fc.stringMatching(/^[ \t\n\r\u00A0\u200B\u3000]{1,3}$/);
    fc.assert(
      fc.property(fc.array(fc.tuple(word, space)), (pairs) => {
        const spaced = ' ' + pairs.map(([w, s]) => w + s).join('');
        const single = pairs.map(([w]) => w).join(' ');
        expect(tokenizer.encode(spaced)).toEqual(tokenizer.encode(single));
      }),
    );
  });

  it('cuts a prompt to the first tokens and counts the others', () => {
    const short = createTextTokenizer(definition, 3);
    const { ids, truncatedTokens } = short.encode('red apple on a light blue background');
    expect(ids).toEqual(tokenizer.encode('red apple on').ids);
    expect(truncatedTokens).toBe(4);
  });

  it('names each word with a character it has never seen once, and no other', () => {
    expect(tokenizer.encode('red 苹果 apple 苹果 🍎').unknownWords).toEqual(['苹果', '🍎']);
    expect(tokenizer.encode('Red apple, 50% bigger!').unknownWords).toEqual([]);
  });

  it('encodes 10,000 characters, and any number more, in under 100 ms', () => {
    for (const unit of ['a', 'red apple ', '🍎', ' ', 'Zq9_', '⁗']) {
      const text = unit.repeat((50 * MAX_CHARACTERS) / unit.length);
      // Processor time, and the best of three: other programs run here too, and the first run is compiled.
      const elapsedMs = [1, 2, 3].map(() => {
        const start = process.cpuUsage();
        tokenizer.encode(text);
        const { user, system } = process.cpuUsage(start);
        return (user + system) / 1000;
      });
      expect(Math.min(...elapsedMs), JSON.stringify(unit)).toBeLessThan(100);
    }
  });

  it('says what is wrong with a file that is no tokenizer', () => {
    const tryWith = (content: unknown) => () => createTextTokenizer(content, 32);
    expect(tryWith({ model: {} })).toThrow(EngineError);
    expect(tryWith(null)).toThrow('holds null instead of an object');
    expect(tryWith('text')).toThrow('holds string instead of an object');
    expect(tryWith({})).toThrow('tokenizer.json cannot be used');
    const pieces = [['\uFFFD', 0]];
    const noWordStart = {
      ...(definition as object),
      model: { type: 'Unigram', unk_id: 0, vocab: pieces },
    };
    expect(tryWith(noWordStart)).toThrow('has no piece');
  });
});
