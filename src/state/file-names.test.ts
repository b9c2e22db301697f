import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Seed } from '../contract/units';
import { DEFAULT_NAME_TEMPLATE, factsOf, fileStem, unknownBlanks } from './file-names';

const picture = {
  prompt: 'Red Äpple, on/a "light blue" background!',
  seed: '42' as Seed,
  steps: 25,
  guidance: 6.5,
};
const facts = factsOf(picture, { model: 'nano', at: new Date(2026, 0, 9, 7, 5, 3) });
const shown = { ...facts, level: '2', size: '256x128' };

describe('file names', () => {
  it('say prompt, seed, level and size, as far as the file has them', () => {
    const stem = 'red-apple-on-a-light-blue-background-seed42';
    expect(fileStem(DEFAULT_NAME_TEMPLATE, shown)).toBe(`${stem}-level2-256x128`);
    expect(fileStem(DEFAULT_NAME_TEMPLATE, facts)).toBe(stem);
    const clip = { ...facts, level: '2', size: '256px', fps: '24' };
    expect(fileStem(DEFAULT_NAME_TEMPLATE, clip)).toBe(`${stem}-level2-256px-24fps`);
  });

  it('say whatever else a template asks for', () => {
    expect(fileStem('{date} {time} {model} w{guidance} s{steps}', shown)).toBe(
      '2026-01-09 07-05-03 nano w6.5 s25',
    );
    expect(fileStem('{artist} {seed}', shown)).toBe('artist 42');
    expect(unknownBlanks('{artist} {seed}')).toEqual(['artist']);
  });

  it('leave out a word that nothing is known of, with what joins it', () => {
    expect(fileStem('a_{fps}fps_{seed}', shown)).toBe('a_42');
    expect(fileStem('{fps}', shown)).toBe('picture');
  });

  it('are safe where a template is not', () => {
    expect(fileStem('../{seed}/\\a:b\u202e', shown)).toBe('42-a-b');
    expect(fileStem('con', shown)).toBe('con_');
    expect(fileStem('{seed}. . ', shown)).toBe('42');
  });

  it('hold nothing that a file system minds, whatever the template and the prompt', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 });
    fc.assert(
      fc.property(text, text, (template, prompt) => {
        const named = factsOf({ ...picture, prompt }, { model: null, at: new Date(0) });
        for (const asked of [template, `{prompt}${template}`]) {
          const name = fileStem(asked, named);
          expect(name).not.toMatch(/[<>:"/\\|?*\p{Cc}\p{Cf}\p{Cs}]|^[. -]|[. -]$|^$/u);
          expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(201);
        }
      }),
    );
  });
});
