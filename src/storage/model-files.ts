/** Kept model files in the browser's Cache Storage. */
import { MODEL_CACHE_NAME, type KeptModel, type ModelStorage } from '../contract/model-storage';

/** The part of a browser's `caches` that is used. */
export type ModelCaches = Pick<CacheStorage, 'open'>;

/** Lists and deletes what the worker has kept. */
export class ModelFiles implements ModelStorage {
  private readonly caches: ModelCaches;

  constructor(caches: ModelCaches) {
    this.caches = caches;
  }

  async list(): Promise<KeptModel[]> {
    const cache = await this.caches.open(MODEL_CACHE_NAME);
    const sizes = new Map<string, number>();
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      const { size } = (await response?.blob()) ?? { size: 0 };
      const bundleUrl = folderOf(request.url);
      sizes.set(bundleUrl, (sizes.get(bundleUrl) ?? 0) + size);
    }
    return Array.from(sizes, ([bundleUrl, sizeBytes]) => ({ bundleUrl, sizeBytes }));
  }

  async remove(bundleUrl: string): Promise<void> {
    const cache = await this.caches.open(MODEL_CACHE_NAME);
    const requests = await cache.keys();
    const own = requests.filter(({ url }) => folderOf(url) === bundleUrl);
    await Promise.all(own.map((request) => cache.delete(request)));
  }
}

function folderOf(url: string): string {
  return new URL('.', url).href;
}
