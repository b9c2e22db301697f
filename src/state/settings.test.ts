import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSettings, writeSettings, type KeyValueStorage } from './settings-storage';
import {
  ASPECTS,
  aspectOf,
  DEFAULT_SETTINGS,
  isSeed,
  nearestAspect,
  parseSettings,
  shiftSeed,
} from './settings';
import { gridForAspect } from '../contract/grid';

function memoryStorage(): KeyValueStorage & { readonly values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  };
}

describe('parseSettings', () => {
  it('gives usable settings for any stored document', () => {
    fc.assert(
      fc.property(fc.anything(), (json) => {
        const settings = parseSettings(json);
        expect(isSeed(settings.seed)).toBe(true);
        expect(settings.sizePx).toBeGreaterThanOrEqual(64);
        expect(settings.sizePx).toBeLessThanOrEqual(1024);
        expect(ASPECTS).toContain(settings.aspect);
      }),
    );
  });

  it('gives back what it is given when that is valid', () => {
    const settings = {
      ...DEFAULT_SETTINGS,
      prompt: 'red apple',
      seed: '7',
      steps: 12,
      guidance: 4.5,
    };
    expect(parseSettings(JSON.parse(JSON.stringify(settings)))).toEqual(settings);
  });

  it('replaces only the fields that are wrong', () => {
    const settings = parseSettings({ prompt: 'a fish', steps: 1e9, guidance: 'six', sizePx: 63 });
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, prompt: 'a fish' });
  });
});

describe('stored settings', () => {
  it('come back in the next visit', () => {
    const storage = memoryStorage();
    const settings = { ...DEFAULT_SETTINGS, prompt: 'blue whale', theme: 'dark' as const };
    expect(writeSettings(storage, settings)).toBe(true);
    expect(readSettings(storage)).toEqual(settings);
  });

  it('are the defaults when the stored text is damaged or storage is missing', () => {
    const storage = memoryStorage();
    writeSettings(storage, DEFAULT_SETTINGS);
    for (const key of storage.values.keys()) storage.values.set(key, '{"prompt": "cut o');
    expect(readSettings(storage)).toEqual(DEFAULT_SETTINGS);
    expect(readSettings(null)).toEqual(DEFAULT_SETTINGS);
  });

  it('are forgotten, not fatal, when the browser refuses to keep them', () => {
    const full: KeyValueStorage = {
      getItem: () => null,
      setItem: () => {
        throw new DOMException('quota', 'QuotaExceededError');
      },
    };
    expect(writeSettings(full, DEFAULT_SETTINGS)).toBe(false);
  });
});

describe('shiftSeed', () => {
  it('counts up and down and wraps around at both ends', () => {
    expect(shiftSeed('41', 1n)).toBe('42');
    expect(shiftSeed('0', -1n)).toBe('18446744073709551615');
    expect(shiftSeed('18446744073709551615', 1n)).toBe('0');
    expect(shiftSeed('not a number', 1n)).toBe('1');
  });

  it('undoes itself', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt(), (seed, by) => {
        expect(shiftSeed(shiftSeed(seed.toString(), by % 1000n), -(by % 1000n))).toBe(
          seed.toString(),
        );
      }),
    );
  });
});

describe('nearestAspect', () => {
  it('finds each offered aspect again from its own grid', () => {
    for (const name of ASPECTS) {
      expect(nearestAspect(gridForAspect(aspectOf(name), 8))).toBe(name);
      expect(nearestAspect(gridForAspect(aspectOf(name), 16))).toBe(name);
    }
  });
});
