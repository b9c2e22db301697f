/** Kept model files in the browser's Cache Storage. */
import { EngineError } from '../contract/engine-error';
import { bundleFiles, parseManifest } from '../contract/manifest';
import {
  isKeptCopy,
  manifestUrl,
  MODEL_CACHE_NAME,
  type FolderFile,
  type KeptModel,
  type ModelStorage,
} from '../contract/model-storage';
import { readFolderModel } from './folder-model';

/** The part of a browser's `caches` that is used. */
export type ModelCaches = Pick<CacheStorage, 'open'>;

/** Lists, adds and deletes what the worker loads. */
export class ModelFiles implements ModelStorage {
  private readonly caches: ModelCaches;
  private readonly fetch: (url: string, options: RequestInit) => Promise<Response>;

  constructor(
    caches: ModelCaches,
    fetch: (url: string, options: RequestInit) => Promise<Response>,
  ) {
    this.caches = caches;
    this.fetch = fetch;
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
    return Promise.all(
      Array.from(sizes, async ([bundleUrl, sizeBytes]) => {
        const manifest = await cache.match(new Request(manifestUrl(bundleUrl)));
        return { bundleUrl, sizeBytes, about: describe((await manifest?.text()) ?? '') };
      }),
    );
  }

  async missingBytes(bundleUrl: string): Promise<number> {
    const cache = await this.caches.open(MODEL_CACHE_NAME);
    const kept = (await cache.keys()).map(({ url }) => url);
    const address = manifestUrl(bundleUrl);
    const manifest = parseManifest(jsonOf(await this.download(address), address));
    return bundleFiles(manifest)
      .filter((file) => !kept.some((url) => isKeptCopy(url, file)))
      .reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  async remove(bundleUrl: string): Promise<void> {
    const cache = await this.caches.open(MODEL_CACHE_NAME);
    const requests = await cache.keys();
    const own = requests.filter(({ url }) => folderOf(url) === bundleUrl);
    await Promise.all(own.map((request) => cache.delete(request)));
  }

  async addAddress(address: string): Promise<string> {
    const url = addressOfManifest(address);
    const text = await this.download(url);
    parseManifest(jsonOf(text, url));
    const cache = await this.caches.open(MODEL_CACHE_NAME);
    await cache.put(url, new Response(text));
    return folderOf(url);
  }

  async addFolder(files: readonly FolderFile[]): Promise<string> {
    const { bundleUrl, contents } = await readFolderModel(files);
    const cache = await this.caches.open(MODEL_CACHE_NAME);
    try {
      for (const [url, content] of contents) await cache.put(url, new Response(content));
    } catch (error) {
      await this.remove(bundleUrl); // half a model is none
      throw error;
    }
    return bundleUrl;
  }

  private async download(url: string): Promise<string> {
    let response: Response;
    try {
      response = await this.fetch(url, { cache: 'no-cache' });
    } catch (error) {
      throw new EngineError(
        'DownloadFailed',
        `${url} could not be read. Either nothing answers there, or that server does not let other sites read its files (it has to send Access-Control-Allow-Origin). Check the address, or download the folder and choose it here.`,
        { cause: error },
      );
    }
    if (response.ok) return response.text();
    throw new EngineError(
      'DownloadFailed',
      `There is no model: for ${url} the server answered ${response.status}. Give the address of the folder that holds manifest.json.`,
    );
  }
}

function folderOf(url: string): string {
  return new URL('.', url).href;
}

/** @throws {EngineError} BadRequest when it is no address of the web */
function addressOfManifest(address: string): string {
  const trimmed = address.trim();
  const folder = trimmed.replace(/\/?manifest\.json$/, '');
  const url = manifestUrl(folder.endsWith('/') ? folder : `${folder}/`);
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return new URL(url).href;
  throw new EngineError(
    'BadRequest',
    `"${trimmed}" is no address. Give one that begins with https:// and ends with the folder of the model.`,
  );
}

/** @throws {EngineError} ManifestInvalid */
function jsonOf(text: string, url: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new EngineError(
      'ManifestInvalid',
      `${url} is no model: it is not JSON but begins with "${text.slice(0, 20).trim()}". Give the address of the folder that holds manifest.json.`,
      { cause: error },
    );
  }
}

function describe(manifestText: string): KeptModel['about'] {
  try {
    const manifest = parseManifest(JSON.parse(manifestText));
    const totalBytes = bundleFiles(manifest).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return { name: manifest.name, description: manifest.description, totalBytes };
  } catch {
    return null; // cut off, or of another time: listed by its address, and deleted if wanted
  }
}
