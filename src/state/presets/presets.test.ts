import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAKE_MANIFEST } from '../../engine/fake-manifest';
import { FakeEngine } from '../../engine/fake-engine';
import { createLexicon } from '../lexicon';
import { createFakeStudio } from '../testing/fake-studio';
import { builtInPresets, withPreset, type Preset } from './preset';
import { presetDocument, readPresets } from './preset-file';
import { additionIn, withAddition } from './prompt-addition';

const lexicon = createLexicon({
  ...FAKE_MANIFEST.vocabulary,
  colours: ['yellow', 'white', 'light blue'],
  styles: ['blob style', 'line drawing'],
});

const preset: Preset = {
  presetId: 'one',
  name: 'Wall',
  addition: 'on a yellow background, blob style',
  settings: { aspect: '3:2', levels: null, steps: 12 },
};

describe('words that are added to a prompt', () => {
  it('take the place of the background and the style there were', () => {
    const added = (prompt: string) => withAddition(prompt, preset.addition, lexicon);
    expect(added('red apple')).toBe('red apple on a yellow background, blob style');
    expect(added('red apple on a light blue background, line drawing')).toBe(added('red apple'));
    expect(added('line drawing, red apple')).toBe(added('red apple'));
    expect(added('')).toBe('on a yellow background, blob style');
  });

  it('leave the background and the style that they say nothing of', () => {
    expect(withAddition('a cat, blob style', 'on a white background', lexicon)).toBe(
      'a cat on a white background, blob style',
    );
    expect(withAddition('a cat, blob style', 'with a hat', lexicon)).toBe(
      'a cat with a hat, blob style',
    );
  });

  it('are the same however often they are added, whatever the prompt', () => {
    fc.assert(
      fc.property(fc.string(), (prompt) => {
        const once = withAddition(prompt, preset.addition, lexicon);
        expect(withAddition(once, preset.addition, lexicon)).toBe(once);
      }),
    );
  });

  it('are found in a prompt', () => {
    expect(additionIn('a cat on a white background, line drawing', lexicon)).toBe(
      'on a white background, line drawing',
    );
    expect(additionIn('a cat', lexicon)).toBe('');
  });
});

describe('presets that come with the studio', () => {
  it('are those whose words the model has learnt', () => {
    const names = builtInPresets(lexicon).map(({ name }) => name);
    expect(names).toEqual(['drafts', 'whole', 'careful', 'blob', 'line']);
    expect(builtInPresets(null).map(({ name }) => name)).toEqual(['drafts', 'whole', 'careful']);
  });
});

describe('a document of presets', () => {
  it('gives back what was written', () => {
    const { name, addition, settings } = preset;
    expect(readPresets(presetDocument([preset]))).toEqual([{ name, addition, settings }]);
  });

  it.each([
    ['{', /must be JSON/],
    ['{"format":"other"}', /format must be "dcs-studio-presets", found "other"/],
    [documentOf({ name: ' ' }), /presets\[0\]\.name must be a text of 1 to 80 letters/],
    [documentOf({ settings: { steps: 3 } }), /settings\.steps must be a whole number, 4 to 100/],
    [documentOf({ settings: { aspect: '5:1' } }), /settings\.aspect must be "1:2" or/],
    [documentOf({ settings: { count: 5 } }), /settings\.count must be one of 1, 4, 9, 16/],
    [documentOf({ settings: { guidance: 99 } }), /settings\.guidance must be a number, 1 to 15/],
  ])('says what is wrong with it (%#)', (json, message) => {
    expect(() => readPresets(json)).toThrow(message);
  });
});

describe('the presets of a visit', () => {
  it('are applied as one step that undo takes back', async () => {
    const { getState } = await createFakeStudio(new FakeEngine());
    const { change, applyPreset, undo } = getState().actions;
    change({ prompt: 'a cat', aspect: '1:1', levels: 2, steps: 30 });
    applyPreset(preset);
    const { prompt, aspect, levels, steps } = getState().settings;
    expect([prompt, aspect, levels, steps]).toEqual([
      'a cat on a yellow background, blob style',
      '3:2',
      null,
      12,
    ]);
    undo();
    expect(getState().settings).toMatchObject({ prompt: 'a cat', aspect: '1:1', steps: 30 });
  });

  it('are a step of their own between words that are typed', async () => {
    const { getState } = await createFakeStudio(new FakeEngine());
    const { change, applyPreset, undo } = getState().actions;
    change({ prompt: 'a cat' });
    applyPreset({ addition: 'blob style', settings: {} });
    change({ prompt: 'a dog' });
    undo();
    expect(getState().settings.prompt).toBe('a cat, blob style');
    undo();
    expect(getState().settings.prompt).toBe('a cat');
  });

  it('come back in the next, and are carried to another browser', async () => {
    const storage = memoryStorage();
    const first = (await createFakeStudio(new FakeEngine(), { storage })).getState;
    first().actions.change({ steps: 8, count: 9 });
    first().actions.savePreset(' Nine ', 'on a white background');
    const second = (await createFakeStudio(new FakeEngine(), { storage })).getState;
    const [kept] = second().presets.own;
    expect(kept).toMatchObject({ name: 'Nine', settings: { steps: 8, count: 9 } });

    const other = (await createFakeStudio(new FakeEngine())).getState;
    expect(other().actions.importPresets(second().actions.exportPresets())).toBe(1);
    expect(other().actions.importPresets(second().actions.exportPresets())).toBe(1);
    expect(other().presets.own.map(({ name }) => name)).toEqual(['Nine', 'Nine (2)']);
    expect(other().presets.isKept).toBe(false);
  });

  it('stay as they are when a file is damaged', async () => {
    const { getState } = await createFakeStudio(new FakeEngine());
    getState().actions.savePreset('Mine', '');
    const json = documentOf({ name: 'Good' }).replace('"Good"', '7');
    expect(() => getState().actions.importPresets(json)).toThrow(/presets\[0\]\.name/);
    expect(getState().presets.own.map(({ name }) => name)).toEqual(['Mine']);
  });

  it('keep their place under a new name', () => {
    const own = withPreset([preset], { ...preset, presetId: 'two', name: 'Attic' });
    expect(withPreset(own, { ...preset, name: 'Zoo' }).map(({ name }) => name)).toEqual([
      'Attic',
      'Zoo',
    ]);
  });
});

function documentOf(fields: object): string {
  return presetDocument([{ ...preset, settings: {}, ...fields }]);
}

function memoryStorage() {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
}
