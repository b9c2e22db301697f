/** Keeps the settings in the browser between visits. A browser that refuses to keep them only forgets them. */
import { parseSettings, type Settings } from './settings';

/** The part of `localStorage` that is used. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const SETTINGS_KEY = 'dcs-studio.settings.1';

/** The settings of the last visit, or the defaults for whatever of them cannot be read. */
export function readSettings(storage: KeyValueStorage | null): Settings {
  let json: unknown = null;
  try {
    json = JSON.parse(storage?.getItem(SETTINGS_KEY) ?? 'null');
  } catch {
    // Edited by hand, cut off or blocked: the same as a first visit.
  }
  return parseSettings(json);
}

/** Keeps the settings; returns whether the browser took them (private windows and full disks refuse). */
export function writeSettings(storage: KeyValueStorage | null, settings: Settings): boolean {
  if (storage === null) return false;
  try {
    storage.setItem(SETTINGS_KEY, JSON.stringify(settings));
    return true;
  } catch {
    return false;
  }
}
