/** Applying, keeping and carrying presets. */
import type { Settings } from '../settings';
import type { KeyValueStorage } from '../settings-storage';
import type { StudioContext } from '../studio-state';
import {
  presetChange,
  presetSettingsOf,
  withPreset,
  type Preset,
  type PresetActions,
  type PresetShelf,
} from './preset';
import { presetDocument, readPresets } from './preset-file';

const PRESETS_KEY = 'dcs-studio.presets.1';

/** The presets of earlier visits; none where they cannot be read. */
export function readShelf(storage: KeyValueStorage | null, newId: () => string): PresetShelf {
  try {
    const json = storage?.getItem(PRESETS_KEY) ?? null;
    const written = json === null ? [] : readPresets(json);
    return { own: written.map((preset) => ({ ...preset, presetId: newId() })), isKept: true };
  } catch {
    // Edited by hand, cut off or blocked: the same as a first visit.
    return { own: [], isKept: true };
  }
}

/** Builds the actions on presets. */
export function createPresetActions(
  { get, set, options }: StudioContext,
  change: (patch: Partial<Settings>) => void,
): PresetActions {
  function keep(own: readonly Preset[]): void {
    set({ presets: { own, isKept: write(options.storage, presetDocument(own)) } });
  }
  /** What is changed next is a step of its own for undo, however soon it comes. */
  const endStep = (): void => set({ settingsHistory: { ...get().settingsHistory, last: null } });
  const put = (preset: Preset): void => keep(withPreset(get().presets.own, preset));
  return {
    applyPreset(preset) {
      const { settings, lexicon } = get();
      endStep();
      change(presetChange(preset, settings.prompt, lexicon));
      endStep();
    },
    savePreset(name, addition) {
      const settings = presetSettingsOf(get().settings);
      put({ presetId: options.newId(), name: name.trim(), addition: addition.trim(), settings });
    },
    putPreset: put,
    removePreset: (removed) =>
      keep(get().presets.own.filter(({ presetId }) => presetId !== removed)),
    exportPresets: () => presetDocument(get().presets.own),
    importPresets(json) {
      const written = readPresets(json);
      const own = written.reduce<readonly Preset[]>(
        (shelf, preset) => withPreset(shelf, { ...preset, presetId: options.newId() }),
        get().presets.own,
      );
      keep(own);
      return written.length;
    },
  };
}

/** Returns whether the browser took it. */
function write(storage: KeyValueStorage | null, json: string): boolean {
  try {
    storage?.setItem(PRESETS_KEY, json);
    return storage !== null;
  } catch {
    return false;
  }
}
