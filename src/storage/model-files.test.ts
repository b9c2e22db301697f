import { describe, expect, it } from 'vitest';
import { ModelFiles, type ModelCaches } from './model-files';

const NANO = 'https://studio.example/models/nano/';
const TINY = 'https://studio.example/models/tiny/';

/** One cache, as much of it as is used. */
function cachesWith(files: Readonly<Record<string, string>>): ModelCaches {
  const kept = new Map(Object.entries(files));
  const cache = {
    keys: () => Promise.resolve(Array.from(kept.keys(), (url) => new Request(url))),
    match: ({ url }: Request) => Promise.resolve(new Response(kept.get(url) ?? null)),
    delete: ({ url }: Request) => Promise.resolve(kept.delete(url)),
  };
  return { open: () => Promise.resolve(cache as unknown as Cache) };
}

describe('ModelFiles', () => {
  it('adds up the files of each bundle', async () => {
    const files = new ModelFiles(
      cachesWith({
        [`${NANO}manifest.json`]: '{}',
        [`${NANO}dit_step.bin?sha256=00`]: '12345678',
        [`${TINY}manifest.json`]: '{}',
      }),
    );
    expect(await files.list()).toEqual([
      { bundleUrl: NANO, sizeBytes: 10 },
      { bundleUrl: TINY, sizeBytes: 2 },
    ]);
  });

  it('forgets one bundle and leaves the others', async () => {
    const files = new ModelFiles(
      cachesWith({ [`${NANO}a.bin?sha256=00`]: 'a', [`${TINY}a.bin?sha256=00`]: 'a' }),
    );
    await files.remove(NANO);
    expect(await files.list()).toEqual([{ bundleUrl: TINY, sizeBytes: 1 }]);
  });
});
