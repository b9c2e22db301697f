import { expect, test } from 'vitest';
import { english } from './english';
import { german } from './german';
import { spokenLanguage } from './words';

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
