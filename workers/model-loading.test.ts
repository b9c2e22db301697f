import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { TINY } from '../cli/testing/engines';
import { EngineError } from '../src/contract/engine-error';
import type { EngineHost } from './engine-host';
import { loadModel } from './model-loading';
import type { GraphBytes, SessionBackend } from './session-backend';

const ignore = (): undefined => undefined;

/** A host whose network waits to be told; what it was asked for is written down. */
function slowHost(): {
  readonly host: EngineHost;
  readonly backend: { readonly release: ReturnType<typeof vi.fn> };
  readonly opened: () => GraphBytes | null | undefined;
  readonly answer: (file: string) => void;
  readonly breakOff: () => void;
} {
  const waiting = new Map<
    string,
    {
      readonly resolve: (content: Uint8Array<ArrayBuffer>) => void;
      readonly reject: (error: EngineError) => void;
    }
  >();
  const backend = { release: vi.fn(() => Promise.resolve()) };
  let test: GraphBytes | null | undefined;
  const host: EngineHost = {
    openBundle: () => ({
      readManifest: () =>
        Promise.resolve(JSON.parse(readFileSync(`${TINY}/manifest.json`, 'utf8'))),
      read: ({ file }) =>
        new Promise((resolve, reject) => {
          waiting.set(file, { resolve, reject });
        }),
    }),
    async openBackend(_choice, attentionTest) {
      test = await attentionTest;
      return { backend: backend as unknown as SessionBackend, whyNotWebGpu: null };
    },
    now: () => 0,
    yieldToTasks: () => Promise.resolve(),
  };
  return {
    host,
    backend,
    opened: () => test,
    answer: (file) => waiting.get(file)!.resolve(new Uint8Array(readFileSync(`${TINY}/${file}`))),
    breakOff: () =>
      waiting.get('dit_step.f16.bin')?.reject(new EngineError('DownloadFailed', 'broke off')),
  };
}

describe('loadModel', () => {
  it('starts the runtime as soon as the smallest graph is here, and closes it if a file does not come', async () => {
    const { host, backend, opened, answer, breakOff } = slowHost();
    const { signal } = new AbortController();
    const request = { bundleUrl: TINY, backend: 'wasm', signal, onEvent: ignore } as const;
    const loading = loadModel(host, request);
    const failed = expect(loading).rejects.toMatchObject({ name: 'DownloadFailed' });
    await vi.waitFor(() => answer('attention_test.onnx'));
    await vi.waitFor(() => expect(opened()?.name).toBe('attention_test'));
    expect(backend.release).not.toHaveBeenCalled();
    breakOff();
    await failed;
    await vi.waitFor(() => expect(backend.release).toHaveBeenCalledOnce());
  });
});
