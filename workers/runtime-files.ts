/**
 * Keeps the runtime's large files for visits without a network. On a first visit they come before there is a service
 * worker that could; it answers from the same cache later.
 */
import { RUNTIME_CACHE_NAME } from '../src/contract/model-storage';

/** Where the files are kept, and what this worker has fetched. */
export interface RuntimeContext {
  /** Null where the browser offers no storage. */
  readonly caches: Pick<CacheStorage, 'open'> | null;
  /** Addresses of everything that was fetched so far. */
  readonly fetched: () => readonly string[];
}

/** The part of a name that the bundler makes from the content, and the ending: `-DcHrbrbl.wasm`. */
const VERSION = /-[\w-]{8}\.wasm$/;

/**
 * Keeps the fetched runtime files and forgets other versions of them. A browser that refuses only has no runtime without
 * a network: nothing else depends on it.
 */
export async function keepRuntimeFiles({ caches, fetched }: RuntimeContext): Promise<void> {
  const used = fetched().filter((url) => VERSION.test(url));
  try {
    const cache = await caches?.open(RUNTIME_CACHE_NAME);
    if (cache === undefined) return;
    for (const url of used) {
      if ((await cache.match(url)) === undefined) await cache.add(url);
      const stem = url.replace(VERSION, '');
      for (const request of await cache.keys()) {
        const isOtherVersion = request.url !== url && request.url.replace(VERSION, '') === stem;
        if (isOtherVersion) await cache.delete(request);
      }
    }
  } catch {
    // No storage, no room, or no network any more: the next visit with one tries again.
  }
}
