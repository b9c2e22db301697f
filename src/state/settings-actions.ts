/** Changing the settings, back and forward, and reading the prompt while it is typed. */
import { createLatestOnly } from './latest-only';
import { MAX_PROMPT_LENGTH, shiftSeed, type Settings } from './settings';
import { recordChange, redone, undone, type SettingsHistory } from './settings-history';
import { writeSettings } from './settings-storage';
import type { StudioActions, StudioContext } from './studio-state';

/** The actions on settings. */
export type SettingsActions = Pick<
  StudioActions,
  'change' | 'undo' | 'redo' | 'rollSeed' | 'shiftSeed'
> & {
  /** Counts the tokens of the prompt anew. */
  readonly refreshReading: () => void;
};

/** Builds the actions on settings. */
export function createSettingsActions(context: StudioContext): SettingsActions {
  const { options, get, set } = context;
  const reading = createLatestOnly<string>((prompt) => readPrompt(context, prompt));

  function replace(settings: Settings, settingsHistory: SettingsHistory): void {
    const { prompt } = get().settings;
    set({ settings, settingsHistory });
    writeSettings(options.storage, settings);
    if (settings.prompt !== prompt) reading.request(settings.prompt);
  }

  function change(patch: Partial<Settings>): void {
    const { settings: before, settingsHistory } = get();
    const settings = { ...before, ...patch };
    const prompt = settings.prompt.slice(0, MAX_PROMPT_LENGTH);
    const atMs = options.now();
    replace({ ...settings, prompt }, recordChange(settingsHistory, before, { patch, atMs }));
  }

  const travel = (to: typeof undone) => (): void => {
    const found = to(get().settingsHistory, get().settings);
    if (found) replace(found.settings, found.history);
  };

  return {
    change,
    undo: travel(undone),
    redo: travel(redone),
    rollSeed: () => change({ seed: options.randomSeed() }),
    shiftSeed: (by) => change({ seed: shiftSeed(get().settings.seed, by) }),
    refreshReading: () => reading.request(get().settings.prompt),
  };
}

async function readPrompt({ engine, get, set }: StudioContext, prompt: string): Promise<void> {
  if (get().model.status !== 'ready') {
    set({ promptReading: null });
    return;
  }
  try {
    set({ promptReading: await engine.readPrompt(prompt) });
  } catch {
    // The count is a hint; a run on the same prompt reports what is wrong.
    set({ promptReading: null });
  }
}
