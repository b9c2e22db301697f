import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLexicon } from './lexicon';
import { correctWord, editDistance, readPromptWords } from './prompt-reading';
import { acceptSuggestion, inventPrompts, suggest } from './prompt-suggestions';

const lexicon = createLexicon({
  objects: [
    { name: 'red apple', synonyms: ['apple'], core: false },
    { name: 'grinning face', synonyms: ['grin'], core: true },
    { name: 'cherry', synonyms: ['cherries'], core: true },
    { name: "woman's hat", synonyms: [], core: false },
    { name: 'blue book', synonyms: [], core: false },
  ],
  colours: ['light blue', 'blue', 'orange', 'green'],
  styles: ['flat style', 'line drawing'],
  positions: ['on the left', 'at the top'],
  motions: ['bouncing', 'moving left'],
});

const inserts = (text: string, caret = text.length) =>
  suggest(lexicon, { text, caret }).map((suggestion) => suggestion.insert);

describe('suggest', () => {
  it('completes the word being typed, emphasised objects first', () => {
    expect(inserts('gri')).toEqual(['grinning face', 'grin']);
    expect(inserts('a red apple and a ch')).toEqual(['cherry', 'cherries']);
  });

  it('continues a phrase from the words before it', () => {
    expect(inserts('apple, light b')[0]).toBe('light blue');
  });

  it('turns a colour after "on a" into a background', () => {
    expect(inserts('apple on a bl')[0]).toBe('blue background');
    expect(inserts('bl')).not.toContain('blue background');
  });

  it('finds a phrase by a word inside it', () => {
    expect(inserts('fac')).toContain('grinning face');
  });

  it('offers nothing inside a word, after a space or for what is complete', () => {
    expect(inserts('appl pie', 2)).toEqual([]);
    expect(inserts('apple ')).toEqual([]);
    expect(inserts('cherry')).toEqual([]);
    expect(inserts('')).toEqual([]);
  });

  it('replaces exactly what was typed and leaves the rest alone', () => {
    const text = 'a gri, on the left';
    const [first] = suggest(lexicon, { text, caret: 5 });
    expect(first && acceptSuggestion(text, first)).toEqual({
      text: 'a grinning face, on the left',
      caret: 15,
    });
  });

  it('never throws and only ever replaces text before the caret', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, at) => {
        const caret = Math.min(at, text.length);
        for (const suggestion of suggest(lexicon, { text, caret })) {
          expect(suggestion.to).toBe(caret);
          expect(acceptSuggestion(text, suggestion).text.endsWith(text.slice(caret))).toBe(true);
        }
      }),
    );
  });
});

describe('readPromptWords', () => {
  it('recognises phrases, longest first, in any case and in the plural', () => {
    const findings = readPromptWords(lexicon, 'Two RED APPLES on a light blue background');
    expect(findings.known.map((phrase) => phrase.text)).toEqual(['red apple', 'light blue']);
    expect(findings.unknown).toEqual([]);
    expect(findings.hasObject).toBe(true);
  });

  it('names the words that were never taught, each once', () => {
    const findings = readPromptWords(lexicon, 'cyberpunk apple, cyberpunk neon');
    expect(findings.unknown.map((word) => word.written)).toEqual(['cyberpunk', 'neon']);
  });

  it('says when there is nothing it could draw', () => {
    expect(readPromptWords(lexicon, 'blue').hasObject).toBe(false);
    expect(readPromptWords(lexicon, '\u{1F34E} !!').isEmpty).toBe(true);
  });

  it('proposes the taught word that a slip was meant to be', () => {
    const text = 'an aplpe';
    const [slip] = readPromptWords(lexicon, text).unknown;
    expect(slip?.nearest).toBe('apple');
    expect(slip && correctWord(text, slip)).toBe('an apple');
  });

  it('treats curly and straight apostrophes alike', () => {
    expect(readPromptWords(lexicon, 'woman\u2019s hat').hasObject).toBe(true);
  });
});

describe('editDistance', () => {
  it('is a metric in the small: zero for equal words, symmetric', () => {
    const word = fc.string({ minLength: 0, maxLength: 8 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, a, 3)).toBe(0);
        expect(editDistance(a, b, 9)).toBe(editDistance(b, a, 9));
        if (a !== b) expect(editDistance(a, b, 3)).toBeGreaterThan(0);
      }),
    );
  });

  it('counts a swap of neighbours as one and stops at the limit', () => {
    expect(editDistance('aplpe', 'apple', 2)).toBe(1);
    expect(editDistance('abcdef', 'uvwxyz', 2)).toBe(3);
  });
});

describe('inventPrompts', () => {
  it('makes different prompts of taught words only', () => {
    let state = 7;
    const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
    const prompts = inventPrompts(lexicon, { count: 5, isForClip: false }, random);
    expect(new Set(prompts).size).toBe(5);
    for (const prompt of prompts) {
      expect(readPromptWords(lexicon, prompt)).toMatchObject({ unknown: [], hasObject: true });
    }
  });

  it('says a motion when a clip is wanted', () => {
    let state = 7;
    const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
    for (const prompt of inventPrompts(lexicon, { count: 5, isForClip: true }, random)) {
      const { known, unknown } = readPromptWords(lexicon, prompt);
      expect(known.map(({ kind }) => kind)).toContain('motion');
      expect(unknown).toEqual([]);
    }
  });

  it('gives up quietly on an empty vocabulary', () => {
    const empty = createLexicon({
      objects: [],
      colours: [],
      styles: [],
      positions: [],
      motions: [],
    });
    expect(inventPrompts(empty, { count: 3, isForClip: true }, () => 0.5)).toEqual([]);
  });
});
