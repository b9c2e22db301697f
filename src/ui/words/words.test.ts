import { expect, test } from 'vitest';
import { english } from './english';
import { german } from './german';
import { spokenLanguage, words } from './words';

/** Every sentence of a part with the path to it. */
function sentences(part: object, path = ''): [path: string, sentence: string][] {
  return Object.entries(part).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string'
      ? [[`${path}${key}`, value] as [string, string]]
      : typeof value === 'object' && value !== null
        ? sentences(value, `${path}${key}.`)
        : [],
  );
}

const blanks = (sentence: string): string[] => (sentence.match(/(?<=\{\{)\w+/g) ?? []).sort();

test('German fills in what English fills in', () => {
  const spoken = new Map(sentences(german));
  expect([...spoken.keys()].sort()).toEqual(
    sentences(english)
      .map(([path]) => path)
      .sort(),
  );
  // The singular may say "one" for its number.
  for (const [path, sentence] of sentences(english))
    if (!path.endsWith('_one'))
      expect(blanks(spoken.get(path) ?? ''), path).toEqual(blanks(sentence));
});

test('the browser says which language, unless somebody chose', () => {
  expect(spokenLanguage('system', ['fr', 'de-AT', 'en'])).toBe('de');
  expect(spokenLanguage('system', ['fr'])).toBe('en');
  expect(spokenLanguage('en', ['de'])).toBe('en');
});

test('a prompt is said as it was written, whatever is in it', () => {
  const prompt = '<b>a & b</b> {{width}} $t(page:name) $1';
  expect(words.t('compare:pinned', { prompt, level: 2, width: 64, height: 96 })).toBe(
    `Pinned of: ${prompt}. Level 2, 64 by 96 pixels.`,
  );
});

test('English names what is explained in small letters, German leaves its nouns alone', () => {
  words.addResourceBundle('de', 'page', german.page);
  expect(words.t('page:explain', { name: 'Seed' })).toBe('Explain seed');
  expect(words.t('page:explain', { name: 'Seed', lng: 'de' })).toBe('Seed erklären');
});

test('one of something is not said to be several', () => {
  expect([1, 2].map((count) => words.t('runs:queue.heading', { count }))).toEqual([
    '1 run waits',
    '2 runs wait',
  ]);
  words.addResourceBundle('de', 'runs', german.runs);
  expect([1, 2].map((count) => words.t('runs:queue.heading', { count, lng: 'de' }))).toEqual([
    '1 Lauf wartet',
    '2 Läufe warten',
  ]);
});
