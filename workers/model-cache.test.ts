import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { LoadEvent } from '../src/contract/engine';
import type { BundleFile } from '../src/contract/manifest';
import { FOLDER_MODELS_URL, keptFileUrl } from '../src/contract/model-storage';
import { openBundle } from './model-cache';

const BASE = 'https://models.example/tiny';
const CONTENT = Uint8Array.from({ length: 5000 }, (_, i) => (i * 31) % 251);

function fileOf(content: Uint8Array, file = 'weights.bin'): BundleFile {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { file, sizeBytes: content.length, sha256 };
}

/** The storage of a browser, in memory. */
class MemoryCache {
  readonly entries = new Map<string, Uint8Array<ArrayBuffer>>();
  quotaBytes = Infinity;

  match(key: string): Promise<Response | undefined> {
    const found = this.entries.get(key);
    return Promise.resolve(found === undefined ? undefined : new Response(found));
  }

  async put(key: string, response: Response): Promise<void> {
    const content = new Uint8Array(await response.arrayBuffer());
    if (content.length > this.quotaBytes) throw new DOMException('full', 'QuotaExceededError');
    this.entries.set(key, content);
  }

  delete(request: string | { readonly url: string }): Promise<boolean> {
    return Promise.resolve(
      this.entries.delete(typeof request === 'string' ? request : request.url),
    );
  }

  keys(): Promise<{ readonly url: string }[]> {
    return Promise.resolve([...this.entries.keys()].map((url) => ({ url })));
  }
}

/** A server, a storage and what was reported. */
class Surroundings {
  readonly served = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly storage = new MemoryCache();
  readonly events: LoadEvent[] = [];
  readonly abort = new AbortController();
  isOnline = true;
  hasStorage = true;
  requests = 0;

  open(bundleUrl = BASE): ReturnType<typeof openBundle> {
    const caches = { open: () => Promise.resolve(this.storage as unknown as Cache) };
    return openBundle(bundleUrl, {
      fetch: (url, options) => this.fetch(url as string, options),
      caches: this.hasStorage ? caches : null,
      onEvent: (event) => this.events.push(event),
      signal: this.abort.signal,
    });
  }

  private fetch(url: string, options?: RequestInit): Promise<Response> {
    this.requests += 1;
    if (options?.signal?.aborted === true)
      return Promise.reject(new DOMException('', 'AbortError'));
    if (!this.isOnline) return Promise.reject(new TypeError('fetch failed'));
    const content = this.served.get(url.slice(BASE.length + 1));
    if (content === undefined) return Promise.resolve(new Response(null, { status: 404 }));
    return Promise.resolve(new Response(content));
  }
}

const ignore = (): undefined => undefined;

describe('openBundle', () => {
  it('[LOAD6] downloads once, then reads from storage, without a network too', async () => {
    const around = new Surroundings();
    around.served.set('manifest.json', new TextEncoder().encode('{"a":1}'));
    around.served.set('weights.bin', CONTENT);
    const progress: [number, boolean][] = [];
    const first = around.open();
    expect(await first.readManifest()).toEqual({ a: 1 });
    await first.read(fileOf(CONTENT), (loaded, isCached) => progress.push([loaded, isCached]));
    expect(progress.at(-1)).toEqual([CONTENT.length, false]);
    around.isOnline = false;
    const later = around.open();
    expect(await later.readManifest()).toEqual({ a: 1 });
    const seen: [number, boolean][] = [];
    const content = await later.read(fileOf(CONTENT), (...event) => seen.push(event));
    expect(content).toEqual(CONTENT);
    expect(seen).toEqual([[CONTENT.length, true]]);
    expect(around.events).toEqual([]);
  });

  it('[LOAD5] keeps nothing of a file that is not the one of the manifest', async () => {
    const around = new Surroundings();
    for (const served of [
      CONTENT.slice(1),
      Uint8Array.of(...CONTENT, 0),
      CONTENT.map((b) => b ^ 1),
    ]) {
      around.served.set('weights.bin', served);
      const read = around.open().read(fileOf(CONTENT), ignore);
      await expect(read).rejects.toMatchObject({ name: 'IntegrityMismatch' });
    }
    expect(around.storage.entries.size).toBe(0);
    around.served.set('weights.bin', CONTENT);
    expect(await around.open().read(fileOf(CONTENT), ignore)).toEqual(CONTENT);
  });

  it('[LOAD5] says what could not be had', async () => {
    const around = new Surroundings();
    const missing = around.open().read(fileOf(CONTENT), ignore);
    const message = expect.stringContaining(
      'weights.bin could not be downloaded: the server answered 404',
    ) as string;
    await expect(missing).rejects.toMatchObject({ name: 'DownloadFailed', message });
    around.isOnline = false;
    await expect(around.open().readManifest()).rejects.toMatchObject({ name: 'DownloadFailed' });
    around.isOnline = true;
    around.served.set('manifest.json', new TextEncoder().encode('<html>'));
    await expect(around.open().readManifest()).rejects.toMatchObject({ name: 'ManifestInvalid' });
    expect(around.storage.entries.size).toBe(0);
  });

  it('[LOAD6] forgets a stored file that is damaged and downloads it again', async () => {
    const around = new Surroundings();
    around.served.set('weights.bin', CONTENT);
    await around.open().read(fileOf(CONTENT), ignore);
    const [key] = [...around.storage.entries.keys()];
    around.storage.entries.set(key!, CONTENT.slice(5));
    expect(await around.open().read(fileOf(CONTENT), ignore)).toEqual(CONTENT);
    expect(around.storage.entries.get(key!)).toEqual(CONTENT);
  });

  it('[LOAD6] replaces the old version of a file and leaves other files alone', async () => {
    const around = new Surroundings();
    around.served.set('weights.bin', CONTENT);
    around.served.set('other.bin', CONTENT);
    await around.open().read(fileOf(CONTENT), ignore);
    await around.open().read(fileOf(CONTENT, 'other.bin'), ignore);
    const newer = CONTENT.map((byte) => byte + 1);
    around.served.set('weights.bin', newer);
    expect(await around.open().read(fileOf(newer), ignore)).toEqual(newer);
    expect(around.storage.entries.size).toBe(2);
  });

  it('[LOAD6] goes on without storage, or without room, and says so once', async () => {
    for (const hasStorage of [true, false]) {
      const around = new Surroundings();
      around.hasStorage = hasStorage;
      around.storage.quotaBytes = 10;
      around.served.set('weights.bin', CONTENT);
      around.served.set('other.bin', CONTENT);
      const bundle = around.open();
      expect(await bundle.read(fileOf(CONTENT), ignore)).toEqual(CONTENT);
      expect(await bundle.read(fileOf(CONTENT, 'other.bin'), ignore)).toEqual(CONTENT);
      expect(around.events).toHaveLength(1);
      const reason = expect.stringContaining(
        hasStorage ? 'storage is full' : 'offers none',
      ) as string;
      expect(around.events[0]).toEqual({ type: 'cache-unavailable', reason });
    }
  });

  it('[LOAD6] takes a file that another model has kept, if it is intact', async () => {
    const around = new Surroundings();
    const other = 'https://models.example/other/';
    around.served.set('weights.bin', CONTENT);
    around.storage.entries.set(keptFileUrl(other, fileOf(CONTENT, 'encoder.bin')), CONTENT);
    const seen: [number, boolean][] = [];
    const read = around.open().read(fileOf(CONTENT), (...event) => seen.push(event));
    expect(await read).toEqual(CONTENT);
    expect(seen).toEqual([[CONTENT.length, true]]);
    expect(around.requests).toBe(0);
    const keys = [other, `${BASE}/`].map((base, i) =>
      keptFileUrl(base, fileOf(CONTENT, i === 0 ? 'encoder.bin' : 'weights.bin')),
    );
    expect([...around.storage.entries.keys()]).toEqual(keys);

    around.storage.entries.delete(keys[1]!);
    around.storage.entries.set(keys[0]!, CONTENT.slice(5));
    expect(await around.open().read(fileOf(CONTENT), ignore)).toEqual(CONTENT);
    expect(around.requests).toBe(1);
  });

  it('[LOAD6] takes a model that came from a folder from storage alone', async () => {
    const around = new Surroundings();
    const folder = `${FOLDER_MODELS_URL}tiny/`;
    const file = fileOf(CONTENT);
    around.storage.entries.set(`${folder}manifest.json`, new TextEncoder().encode('{"a":1}'));
    around.storage.entries.set(keptFileUrl(folder, file), CONTENT);
    const bundle = around.open(folder);
    expect(await bundle.readManifest()).toEqual({ a: 1 });
    expect(await bundle.read(file, ignore)).toEqual(CONTENT);
    around.storage.entries.clear();
    const message = expect.stringContaining('no longer in the browser') as string;
    const gone = { name: 'DownloadFailed', message };
    await expect(around.open(folder).readManifest()).rejects.toMatchObject(gone);
    await expect(around.open(folder).read(file, ignore)).rejects.toMatchObject(gone);
    expect(around.requests).toBe(0);
  });

  it('[LOAD4] is cancelled by its signal', async () => {
    const around = new Surroundings();
    around.abort.abort();
    const cancelled = { name: 'Cancelled' };
    await expect(around.open().readManifest()).rejects.toMatchObject(cancelled);
    await expect(around.open().read(fileOf(CONTENT), ignore)).rejects.toMatchObject(cancelled);
  });
});
