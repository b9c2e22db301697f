/**
 * The files of a bundle over the network, kept for the next visit. A file is stored under its address and SHA-256 and
 * only after it was verified, so a broken or changed download leaves nothing bad behind, and what is stored works
 * offline. Without storage, or without room in it, loading goes on and says so.
 */
import type { LoadEvent } from '../src/contract/engine';
import { EngineError } from '../src/contract/engine-error';
import { isIntact } from '../src/contract/integrity';
import type { BundleFile } from '../src/contract/manifest';
import {
  FOLDER_MODELS_URL,
  isKeptCopy,
  keptFileUrl,
  manifestUrl,
  MODEL_CACHE_NAME,
} from '../src/contract/model-storage';
import type { BundleSource } from './engine-host';

/** What the files are fetched and kept with. */
export interface CacheContext {
  readonly fetch: typeof fetch;
  /** Null where the browser offers no storage. */
  readonly caches: Pick<CacheStorage, 'open'> | null;
  readonly onEvent: (event: LoadEvent) => void;
  readonly signal: AbortSignal;
}

/** How long the network has for a manifest that is kept: some networks neither answer nor fail. */
const MANIFEST_PATIENCE_MS = 4000;

type Progress = (loadedBytes: number, isCached: boolean) => void;

/** The bundle whose `manifest.json` is in this folder. */
export function openBundle(bundleUrl: string, context: CacheContext): BundleSource {
  return new CachedBundle(bundleUrl.endsWith('/') ? bundleUrl : `${bundleUrl}/`, context);
}

class CachedBundle implements BundleSource {
  private readonly baseUrl: string;
  private readonly context: CacheContext;
  private readonly cache: Promise<Cache | null>;
  private hasReportedStorage = false;

  constructor(baseUrl: string, context: CacheContext) {
    this.baseUrl = baseUrl;
    this.context = context;
    this.cache = this.openCache();
  }

  /** From the network, so that a new model is seen; from storage when there is no network. */
  async readManifest(): Promise<unknown> {
    const url = manifestUrl(this.baseUrl);
    const stored = await (await this.cache)?.match(url);
    const patience = stored === undefined ? [] : [AbortSignal.timeout(MANIFEST_PATIENCE_MS)];
    const signal = AbortSignal.any([this.context.signal, ...patience]);
    let text: string;
    try {
      text = await (await this.request(url, { cache: 'no-cache', signal })).text();
    } catch (error) {
      this.throwIfCancelled();
      if (stored === undefined) throw error;
      text = await stored.text();
      return parseManifestJson(text, url);
    }
    const json = parseManifestJson(text, url);
    await this.store(url, new TextEncoder().encode(text));
    return json;
  }

  async read(file: BundleFile, onProgress: Progress): Promise<Uint8Array<ArrayBuffer>> {
    const url = new URL(file.file, this.baseUrl).href;
    const key = keptFileUrl(this.baseUrl, file);
    const stored = await this.readStored(key, file);
    if (stored !== null) {
      onProgress(stored.length, true);
      return stored;
    }
    const content =
      (await this.readFromOtherBundle(file, onProgress)) ??
      (await this.download(url, file, onProgress));
    await this.forgetOlder(url, key);
    await this.store(key, content);
    return content;
  }

  private async openCache(): Promise<Cache | null> {
    const { caches } = this.context;
    if (caches === null) {
      this.reportStorage('this browser offers none here');
      return null;
    }
    try {
      return await caches.open(MODEL_CACHE_NAME);
    } catch (error) {
      this.reportStorage(reasonOf(error));
      return null;
    }
  }

  /** The stored file if it is there and intact; a damaged one is forgotten. */
  private async readStored(key: string, file: BundleFile): Promise<Uint8Array<ArrayBuffer> | null> {
    const cache = await this.cache;
    try {
      const response = await cache?.match(key);
      if (response === undefined) return null;
      const content = new Uint8Array(await response.arrayBuffer());
      if (await isIntact(content, file)) return content;
      await cache?.delete(key);
      return null;
    } catch (error) {
      this.reportStorage(reasonOf(error));
      return null;
    }
  }

  /** Models share files, the text encoder for one: what another bundle keeps is not downloaded again. */
  private async readFromOtherBundle(
    file: BundleFile,
    onProgress: Progress,
  ): Promise<Uint8Array<ArrayBuffer> | null> {
    const keys = await (await this.cache)?.keys().catch(() => []);
    const key = keys?.find(({ url }) => isKeptCopy(url, file));
    if (key === undefined) return null;
    const stored = await this.readStored(key.url, file);
    if (stored !== null) onProgress(stored.length, true);
    return stored;
  }

  private async store(key: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
    const cache = await this.cache;
    try {
      await cache?.put(key, new Response(content));
    } catch (error) {
      this.reportStorage(reasonOf(error));
    }
  }

  /** Removes other versions of a file, which nothing refers to any more. */
  private async forgetOlder(url: string, key: string): Promise<void> {
    const cache = await this.cache;
    try {
      for (const request of (await cache?.keys()) ?? []) {
        if (request.url !== key && request.url.startsWith(`${url}?sha256=`)) {
          await cache?.delete(request);
        }
      }
    } catch (error) {
      this.reportStorage(reasonOf(error));
    }
  }

  /** @throws {EngineError} DownloadFailed, Cancelled, or IntegrityMismatch if it is not the file of the manifest */
  private async download(
    url: string,
    file: BundleFile,
    onProgress: Progress,
  ): Promise<Uint8Array<ArrayBuffer>> {
    // Not into the browser's own cache as well: it would hold a second copy, and a damaged one.
    const response = await this.request(url, { cache: 'no-store' });
    if (response.body === null) throw downloadFailed(url, 'the answer is empty');
    const content = new Uint8Array(file.sizeBytes);
    const reader = response.body.getReader();
    let loadedBytes = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        if (loadedBytes + value.length > file.sizeBytes) {
          await reader.cancel();
          throw mismatch(file, `it is longer than ${file.sizeBytes} bytes`);
        }
        content.set(value, loadedBytes);
        loadedBytes += value.length;
        onProgress(loadedBytes, false);
      }
    } catch (error) {
      this.throwIfCancelled();
      if (error instanceof EngineError) throw error;
      throw downloadFailed(url, `it broke off after ${loadedBytes} bytes`, error);
    }
    if (loadedBytes < file.sizeBytes) {
      throw mismatch(file, `it has ${loadedBytes} bytes in place of ${file.sizeBytes}`);
    }
    if (!(await isIntact(content, file))) throw mismatch(file, 'its SHA-256 is another one');
    return content;
  }

  private async request(url: string, options: RequestInit): Promise<Response> {
    const { fetch, signal } = this.context;
    if (url.startsWith(FOLDER_MODELS_URL)) throw notKept(url);
    let response: Response;
    try {
      response = await fetch(url, { signal, ...options });
    } catch (error) {
      this.throwIfCancelled();
      throw downloadFailed(url, 'the network did not answer', error);
    }
    if (!response.ok) throw downloadFailed(url, `the server answered ${response.status}`);
    return response;
  }

  private throwIfCancelled(): void {
    if (this.context.signal.aborted) throw new EngineError('Cancelled', 'Loading was cancelled.');
  }

  private reportStorage(reason: string): void {
    if (this.hasReportedStorage) return;
    this.hasReportedStorage = true;
    this.context.onEvent({
      type: 'cache-unavailable',
      reason: `The model could not be kept for the next visit: ${reason}.`,
    });
  }
}

function parseManifestJson(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new EngineError(
      'ManifestInvalid',
      `The model manifest ${url} is not JSON. Check the model address.`,
      { cause: error },
    );
  }
}

function mismatch(file: BundleFile, finding: string): EngineError {
  return new EngineError(
    'IntegrityMismatch',
    `The model file ${file.file} is not the one that the manifest names: ${finding}. Reload the page; if it happens again, the model on the server is damaged.`,
  );
}

function downloadFailed(url: string, finding: string, cause?: unknown): EngineError {
  return new EngineError(
    'DownloadFailed',
    `The model file ${url} could not be downloaded: ${finding}. Check the connection and load again.`,
    { cause },
  );
}

function notKept(url: string): EngineError {
  return new EngineError(
    'DownloadFailed',
    `The model file ${url.slice(FOLDER_MODELS_URL.length)} came from a folder and is no longer in the browser. Choose the folder again.`,
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'QuotaExceededError') return 'its storage is full';
  return error instanceof Error ? error.message : String(error);
}
