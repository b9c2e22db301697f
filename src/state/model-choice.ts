/** Which model is in use: kept in the browser between visits, and known beside the one that comes with the page. */
import type { KeptModel } from '../contract/model-storage';
import type { KeyValueStorage } from './settings-storage';

const MODEL_KEY = 'dcs-studio.model.1';

/** The bundle of the last visit; null if none was chosen or the browser keeps nothing. */
export function readChosenModel(storage: KeyValueStorage | null): string | null {
  try {
    const chosen = storage?.getItem(MODEL_KEY) ?? '';
    return chosen === '' ? null : chosen;
  } catch {
    return null;
  }
}

/** Keeps the choice, where the browser takes it; nothing stands for the shipped model. */
export function writeChosenModel(storage: KeyValueStorage | null, bundleUrl: string): void {
  try {
    storage?.setItem(MODEL_KEY, bundleUrl);
  } catch {
    // Only the next visit would know.
  }
}

/** A model that can be chosen. */
export interface KnownModel extends KeptModel {
  readonly isShipped: boolean;
  readonly isInUse: boolean;
}

/** The models that come with the page first, then all that the browser keeps. */
export function knownModels(
  kept: readonly KeptModel[],
  shippedUrls: readonly string[],
  usedUrl: string,
): KnownModel[] {
  const none = { sizeBytes: 0, about: null };
  const urls = new Set([...shippedUrls, usedUrl, ...kept.map(({ bundleUrl }) => bundleUrl)]);
  return Array.from(urls, (bundleUrl) => ({
    ...(kept.find((model) => model.bundleUrl === bundleUrl) ?? { bundleUrl, ...none }),
    isShipped: shippedUrls.includes(bundleUrl),
    isInUse: bundleUrl === usedUrl,
  }));
}

/** How a model is called: as its manifest says, otherwise by its folder. */
export function modelName({ about, bundleUrl }: KeptModel): string {
  return about?.name ?? decodeURIComponent(bundleUrl.split('/').at(-2) ?? bundleUrl);
}
