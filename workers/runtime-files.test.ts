import { describe, expect, it } from 'vitest';
import { keepRuntimeFiles } from './runtime-files';

const ASSETS = 'https://studio.example/assets';
const OLD = `${ASSETS}/ort-wasm-simd-threaded-AAAAAAAA.wasm`;
const NEW = `${ASSETS}/ort-wasm-simd-threaded-BBBBBBBB.wasm`;
const JSPI = `${ASSETS}/ort-wasm-simd-threaded.jspi-CCCCCCCC.wasm`;

/** As much of a browser's cache as is used. */
function cacheOf(urls: string[]): Pick<CacheStorage, 'open'> {
  const cache = {
    match: (url: string) => Promise.resolve(urls.includes(url) ? new Response() : undefined),
    add: (url: string) => Promise.resolve(void urls.push(url)),
    keys: () => Promise.resolve(urls.map((url) => ({ url }))),
    delete: ({ url }: Request) => Promise.resolve(void urls.splice(urls.indexOf(url), 1)),
  };
  return { open: () => Promise.resolve(cache as unknown as Cache) };
}

describe('keepRuntimeFiles', () => {
  it('keeps what was fetched, once, in place of its older version and beside other builds', async () => {
    const urls = [OLD, JSPI];
    const fetched = [`${ASSETS}/inference.worker-DDDDDDDD.js`, NEW, `${ASSETS}/dit_step.f16.bin`];
    const context = { caches: cacheOf(urls), fetched: () => fetched };
    await keepRuntimeFiles(context);
    await keepRuntimeFiles(context);
    expect(urls.sort()).toEqual([NEW, JSPI].sort());
  });

  it('does without a storage that is not there or refuses', async () => {
    const fetched = (): string[] => [NEW];
    await keepRuntimeFiles({ caches: null, fetched });
    const refusing = { open: () => Promise.reject(new Error('no')) };
    await keepRuntimeFiles({ caches: refusing, fetched });
  });
});
