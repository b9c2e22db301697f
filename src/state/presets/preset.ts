/** Named sets of settings and words for the prompt. Pure. */
import type { Lexicon } from '../lexicon';
import type { Settings } from '../settings';
import { withAddition } from './prompt-addition';

/** What of the settings a preset can hold: how the next picture is made, not which one it is. */
export type PresetSettings = Partial<
  Pick<Settings, 'aspect' | 'levels' | 'count' | 'steps' | 'guidance' | 'seconds'>
>;

/** A named set. */
export interface Preset {
  readonly presetId: string;
  readonly name: string;
  /** Words that are added to the prompt, `on a yellow background, blob style`; may be empty. */
  readonly addition: string;
  readonly settings: PresetSettings;
}

/** The presets of the user. */
export interface PresetShelf {
  /** In the order of their names. */
  readonly own: readonly Preset[];
  /** Whether the browser took them for the next visit. */
  readonly isKept: boolean;
}

/** What can be done with presets. */
export interface PresetActions {
  /** Puts a preset over the settings and the prompt, as one step that undo takes back. */
  readonly applyPreset: (preset: Pick<Preset, 'addition' | 'settings'>) => void;
  /** Keeps the settings as they are under a name. */
  readonly savePreset: (name: string, addition: string) => void;
  /** Adds a preset, or replaces the one of its id. */
  readonly putPreset: (preset: Preset) => void;
  readonly removePreset: (presetId: string) => void;
  /** The user's presets as a JSON document. */
  readonly exportPresets: () => string;
  /**
   * Adds the presets of such a document; returns how many.
   *
   * @throws {Error} naming what is wrong with the document; nothing of it is added
   */
  readonly importPresets: (json: string) => number;
}

/** Names of the presets that come with the studio; the page says them in its own words. */
export const BUILT_IN_NAMES = [
  ...(['drafts', 'whole', 'careful'] as const),
  ...(['blob', 'line', 'wide', 'night'] as const),
] as const;

/** One of the presets that come with the studio. */
export type BuiltInName = (typeof BUILT_IN_NAMES)[number];

const BUILT_IN: Record<BuiltInName, Pick<Preset, 'addition' | 'settings'>> = {
  drafts: { addition: '', settings: { levels: 1, count: 4 } },
  whole: { addition: '', settings: { levels: null, count: 1, steps: null, guidance: null } },
  careful: { addition: '', settings: { levels: null, count: 1, steps: 50, guidance: null } },
  blob: { addition: 'on a yellow background, blob style', settings: {} },
  line: { addition: 'on a white background, line drawing', settings: {} },
  wide: { addition: 'on a light blue background, flat style', settings: { aspect: '3:2' } },
  night: { addition: 'on a black background, fluent style', settings: {} },
};

/** A preset that comes with the studio. */
export interface BuiltInPreset extends Pick<Preset, 'addition' | 'settings'> {
  readonly name: BuiltInName;
}

/** The presets that come with the studio, as far as the model has learnt the words they add. */
export function builtInPresets(lexicon: Lexicon | null): BuiltInPreset[] {
  return BUILT_IN_NAMES.map((name) => ({ name, ...BUILT_IN[name] })).filter(({ addition }) =>
    addition.split(', ').every((part) => isKnown(part, lexicon)),
  );
}

function isKnown(part: string, lexicon: Lexicon | null): boolean {
  if (part === '') return true;
  const [, colour] = /^on a (.+) background$/u.exec(part) ?? [];
  return lexicon?.phrases.has(colour ?? part) ?? false;
}

/** What a preset changes of the settings. */
export function presetChange(
  { addition, settings }: Pick<Preset, 'addition' | 'settings'>,
  prompt: string,
  lexicon: Lexicon | null,
): Partial<Settings> {
  if (addition.trim() === '') return settings;
  return { ...settings, prompt: withAddition(prompt, addition, lexicon) };
}

/** The part of the settings that a preset of them holds. */
export function presetSettingsOf(settings: Settings): PresetSettings {
  const { aspect, levels, count, steps, guidance, seconds } = settings;
  return { aspect, levels, count, steps, guidance, seconds };
}

/** The shelf with a preset on it, in the place of the one of its id. */
export function withPreset(own: readonly Preset[], preset: Preset): readonly Preset[] {
  const others = own.filter(({ presetId }) => presetId !== preset.presetId);
  const name = freeName(preset.name, others);
  return [...others, { ...preset, name }].sort((a, b) => a.name.localeCompare(b.name));
}

/** The name, with a number behind it if another preset has it already. */
function freeName(name: string, others: readonly Preset[]): string {
  const taken = new Set(others.map((preset) => preset.name));
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name} (${number})`;
  return free;
}
