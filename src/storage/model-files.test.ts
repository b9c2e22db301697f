import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bundleFiles, parseManifest } from '../contract/manifest';
import { FOLDER_MODELS_URL, keptFileUrl, type FolderFile } from '../contract/model-storage';
import { ModelFiles } from './model-files';

const NANO = 'https://studio.example/models/nano/';
const TINY = 'https://studio.example/models/tiny/';
const FOLDER = new URL('../../public/models/tiny/', import.meta.url);
const MANIFEST = readFileSync(new URL('manifest.json', FOLDER), 'utf8');

/** A browser with one cache and a server, as much of them as is used. */
class Surroundings {
  readonly kept: Map<string, Blob>;
  readonly served = new Map<string, Response>();
  room = Infinity;

  constructor(files: Readonly<Record<string, string>> = {}) {
    this.kept = new Map(Object.entries(files).map(([url, text]) => [url, new Blob([text])]));
  }

  get files(): ModelFiles {
    const cache = {
      keys: () => Promise.resolve(Array.from(this.kept.keys(), (url) => new Request(url))),
      match: ({ url }: Request) => {
        const found = this.kept.get(url);
        return Promise.resolve(found && new Response(found));
      },
      put: async (url: string, response: Response) => {
        if (this.kept.size >= this.room) throw new DOMException('full', 'QuotaExceededError');
        this.kept.set(url, await response.blob());
      },
      delete: ({ url }: Request) => Promise.resolve(this.kept.delete(url)),
    };
    return new ModelFiles({ open: () => Promise.resolve(cache as unknown as Cache) }, (url) => {
      const response = this.served.get(url);
      return response ? Promise.resolve(response) : Promise.reject(new TypeError('fetch failed'));
    });
  }
}

/** The folder of the tiny model as it is chosen: its name first. */
function tinyFolder(name = 'tiny'): FolderFile[] {
  return readdirSync(FOLDER).map((file) => ({
    path: `${name}/${file}`,
    arrayBuffer: () => Promise.resolve(new Uint8Array(readFileSync(new URL(file, FOLDER))).buffer),
  }));
}

const bytes = (text: string): (() => Promise<ArrayBuffer>) => {
  return () => Promise.resolve(new TextEncoder().encode(text).buffer);
};

describe('ModelFiles', () => {
  it('adds up the files of each bundle and says what its manifest says', async () => {
    const { files } = new Surroundings({
      [`${NANO}manifest.json`]: '{}',
      [`${NANO}dit_step.bin?sha256=00`]: '12345678',
      [`${TINY}manifest.json`]: MANIFEST,
    });
    const about = expect.objectContaining({ name: 'Tiny' }) as object;
    expect(await files.list()).toEqual([
      { bundleUrl: NANO, sizeBytes: 10, about: null },
      { bundleUrl: TINY, sizeBytes: MANIFEST.length, about },
    ]);
  });

  it('adds up what using a bundle would fetch, without the files that another one keeps', async () => {
    const [first, ...others] = bundleFiles(parseManifest(JSON.parse(MANIFEST)));
    const around = new Surroundings({ [keptFileUrl(NANO, first!)]: 'the same file' });
    around.served.set(`${TINY}manifest.json`, new Response(MANIFEST));
    const expected = others.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    expect(await around.files.missingBytes(TINY)).toBe(expected);
    await expect(around.files.missingBytes(NANO)).rejects.toThrow('could not be read');
  });

  it('forgets one bundle and leaves the others', async () => {
    const { files } = new Surroundings({
      [`${NANO}a.bin?sha256=00`]: 'a',
      [`${TINY}a.bin?sha256=00`]: 'a',
    });
    await files.remove(NANO);
    expect(await files.list()).toEqual([{ bundleUrl: TINY, sizeBytes: 1, about: null }]);
  });

  it.each([TINY, TINY.slice(0, -1), ` ${TINY}manifest.json `])(
    'notes the model at %s',
    async (address) => {
      const around = new Surroundings();
      around.served.set(`${TINY}manifest.json`, new Response(MANIFEST));
      expect(await around.files.addAddress(address)).toBe(TINY);
      expect([...around.kept.keys()]).toEqual([`${TINY}manifest.json`]);
    },
  );

  it('says why an address is no model, and keeps nothing', async () => {
    const around = new Surroundings();
    const refused = (address: string): Promise<unknown> => around.files.addAddress(address);
    await expect(refused('my model')).rejects.toThrow('"my model" is no address');
    await expect(refused('file:///models/tiny')).rejects.toThrow('is no address');
    await expect(refused(TINY)).rejects.toThrow('Access-Control-Allow-Origin');
    around.served.set(`${TINY}manifest.json`, new Response('', { status: 404 }));
    await expect(refused(TINY)).rejects.toThrow('the server answered 404');
    around.served.set(`${TINY}manifest.json`, new Response('<!doctype html>'));
    await expect(refused(TINY)).rejects.toThrow('begins with "<!doctype html>"');
    around.served.set(`${TINY}manifest.json`, new Response('{"name":"a web app"}'));
    await expect(refused(TINY)).rejects.toMatchObject({ name: 'ManifestInvalid' });
    expect(around.kept.size).toBe(0);
  });

  it('keeps a folder where the worker looks for its files', async () => {
    const around = new Surroundings();
    const bundleUrl = await around.files.addFolder(tinyFolder());
    expect(bundleUrl).toMatch(new RegExp(`^${FOLDER_MODELS_URL}tiny-[0-9a-f]{12}/$`));
    const wanted = bundleFiles(parseManifest(JSON.parse(MANIFEST)));
    expect([...around.kept.keys()]).toEqual([
      ...wanted.map((file) => keptFileUrl(bundleUrl, file)),
      `${bundleUrl}manifest.json`,
    ]);
    expect(await around.files.addFolder(tinyFolder('models/copy'))).toBe(bundleUrl);
  });

  it('says what is wrong with a folder, and keeps nothing', async () => {
    const around = new Surroundings();
    const refused = (files: readonly FolderFile[]): Promise<unknown> =>
      around.files.addFolder(files);
    const tiny = tinyFolder();
    const changed = tiny.map((file) =>
      file.path.endsWith('dit_step.onnx') ? { ...file, arrayBuffer: bytes('other') } : file,
    );
    await expect(refused([])).rejects.toThrow('none of its 0 files is manifest.json');
    await expect(refused([...tiny, ...tinyFolder('nano')])).rejects.toThrow('holds 2 models');
    await expect(refused(tiny.slice(1))).rejects.toThrow('The folder has no attention_test.onnx');
    await expect(refused(changed)).rejects.toThrow('dit_step.onnx is not the file');
    await expect(refused([{ path: 'manifest.json', arrayBuffer: bytes('no') }])).rejects.toThrow(
      'manifest.json is not JSON',
    );
    around.room = 3;
    await expect(refused(tiny)).rejects.toThrow('full');
    expect(around.kept.size).toBe(0);
  });
});
