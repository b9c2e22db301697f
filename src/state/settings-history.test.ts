import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, type Settings } from './settings';
import { NO_HISTORY, recordChange, redone, undone, type SettingsHistory } from './settings-history';

interface Edited {
  readonly settings: Settings;
  readonly history: SettingsHistory;
}

const START: Edited = { settings: DEFAULT_SETTINGS, history: NO_HISTORY };

function edit({ settings, history }: Edited, patch: Partial<Settings>, atMs: number): Edited {
  return {
    settings: { ...settings, ...patch },
    history: recordChange(history, settings, { patch, atMs }),
  };
}

describe('undo', () => {
  it('takes back a typed word at once, and a later change alone', () => {
    const typed = ['r', 're', 'red'].reduce(
      (now, prompt, i) => edit(now, { prompt }, i * 100),
      START,
    );
    const changed = edit(typed, { aspect: '2:1' }, 400);
    const once = undone(changed.history, changed.settings);
    expect(once?.settings).toMatchObject({ prompt: 'red', aspect: '1:1' });
    const twice = once && undone(once.history, once.settings);
    expect(twice?.settings.prompt).toBe('');
    expect(twice && undone(twice.history, twice.settings)).toBeNull();
  });

  it('leaves the look of the page and the size alone', () => {
    const changed = edit(edit(START, { prompt: 'cat' }, 0), { theme: 'dark', sizePx: 64 }, 5000);
    expect(undone(changed.history, changed.settings)?.settings).toMatchObject({
      ...{ prompt: '', theme: 'dark', sizePx: 64 },
    });
  });

  it('and redo come back to where they were, whatever the changes', () => {
    const patches = fc.oneof(
      fc.record({ prompt: fc.string() }),
      fc.record({ seed: fc.nat().map(String) }),
      fc.record({ steps: fc.option(fc.integer({ min: 4, max: 100 })) }),
    );
    fc.assert(
      fc.property(fc.array(patches, { maxLength: 20 }), fc.nat(25), (changes, steps) => {
        const edited = changes.reduce((now, patch, i) => edit(now, patch, i * 2000), START);
        let { settings, history } = edited;
        let taken = 0;
        for (let back = undone(history, settings); back && taken < steps; taken += 1) {
          ({ settings, history } = back);
          back = undone(history, settings);
        }
        for (; taken > 0; taken -= 1) {
          const forward = redone(history, settings);
          expect(forward).not.toBeNull();
          if (forward) ({ settings, history } = forward);
        }
        expect(settings).toEqual(edited.settings);
        expect(redone(history, settings)).toBeNull();
      }),
    );
  });
});
