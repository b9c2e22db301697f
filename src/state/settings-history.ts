/** Undo and redo of settings. Pure. */
import type { Settings } from './settings';

/** The settings that come back: those of the next picture, not how the page looks. */
const UNDOABLE: ReadonlySet<string> = new Set([
  ...['prompt', 'seed', 'isSeedLocked', 'aspect', 'seconds'],
  ...['count', 'levels', 'steps', 'guidance'],
]);

/** Changes of the same settings within this time are one step: a word that is typed, a slider that is dragged. */
const ONE_STEP_MS = 1000;
const MOST_STEPS = 100;

/** What undo goes back to and redo forward to, the nearest last. */
export interface SettingsHistory {
  readonly past: readonly Settings[];
  readonly future: readonly Settings[];
  /** The last change: which settings, and when. */
  readonly last: { readonly names: string; readonly atMs: number } | null;
}

/** Nothing has been changed. */
export const NO_HISTORY: SettingsHistory = { past: [], future: [], last: null };

/** The history after `before` has been changed by `patch`. */
export function recordChange(
  history: SettingsHistory,
  before: Settings,
  { patch, atMs }: { readonly patch: Partial<Settings>; readonly atMs: number },
): SettingsHistory {
  const names = Object.keys(patch)
    .filter((name) => UNDOABLE.has(name) && isChanged(before, patch, name))
    .join();
  if (names === '') return history;
  const isSameStep = history.last?.names === names && atMs - history.last.atMs < ONE_STEP_MS;
  const past = isSameStep ? history.past : [...history.past, before].slice(-MOST_STEPS);
  return { past, future: [], last: { names, atMs } };
}

/** The settings before the last change; null if there is none to take back. */
export function undone(
  { past, future }: SettingsHistory,
  now: Settings,
): { readonly history: SettingsHistory; readonly settings: Settings } | null {
  const before = past.at(-1);
  if (!before) return null;
  const history = { past: past.slice(0, -1), future: [...future, now], last: null };
  return { history, settings: { ...now, ...undoablePart(before) } };
}

/** The settings that were taken back last; null if none were. */
export function redone(
  { past, future }: SettingsHistory,
  now: Settings,
): { readonly history: SettingsHistory; readonly settings: Settings } | null {
  const after = future.at(-1);
  if (!after) return null;
  const history = { past: [...past, now], future: future.slice(0, -1), last: null };
  return { history, settings: { ...now, ...undoablePart(after) } };
}

function undoablePart(settings: Settings): Partial<Settings> {
  const { prompt, seed, isSeedLocked, aspect, seconds, count, levels, steps, guidance } = settings;
  return { prompt, seed, isSeedLocked, aspect, seconds, count, levels, steps, guidance };
}

function isChanged(before: Settings, patch: Partial<Settings>, name: string): boolean {
  return before[name as keyof Settings] !== patch[name as keyof Settings];
}
