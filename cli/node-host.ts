/** The engine's surroundings in Node: bundles are folders, backends are native or WASM, there is no WebGPU. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../src/contract/engine-error';
import type { BundleFile } from '../src/contract/manifest';
import type { BundleSource, EngineHost } from '../workers/engine-host';
import type { SessionBackend } from '../workers/session-backend';
import { openWasmInNode } from '../workers/session';
import { openNative } from './node-session';

/** Where the command line computes. */
export type NodeBackend = 'native' | 'wasm';

const MAX_WASM_THREADS = 4;

/** A host whose bundle addresses are folders. */
export function createNodeHost(nodeBackend: NodeBackend): EngineHost {
  return {
    openBundle: (folder) => openFolder(folder),
    openBackend: async () => ({
      backend: await openBackend(nodeBackend),
      whyNotWebGpu: 'There is no WebGPU on the command line.',
    }),
    now: () => performance.now(),
    yieldToTasks: () => setImmediate(),
  };
}

function openBackend(nodeBackend: NodeBackend): Promise<SessionBackend> {
  return nodeBackend === 'native'
    ? openNative()
    : openWasmInNode(Math.min(MAX_WASM_THREADS, availableParallelism()));
}

function openFolder(folder: string): BundleSource {
  return {
    async readManifest() {
      const text = (await readBundleFile(join(folder, 'manifest.json'))).toString('utf8');
      try {
        return JSON.parse(text) as unknown;
      } catch (error) {
        throw new EngineError(
          'ManifestInvalid',
          `${join(folder, 'manifest.json')} is not JSON. Export the model again.`,
          { cause: error },
        );
      }
    },
    async read(file, onProgress) {
      const content = await readBundleFile(join(folder, file.file));
      assertIntact(content, file);
      onProgress(content.length, true);
      return new Uint8Array(content);
    },
  };
}

async function readBundleFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new EngineError(
      'DownloadFailed',
      `The model file ${path} cannot be read: ${(error as Error).message}. Give the folder of a model with --model.`,
      { cause: error },
    );
  }
}

function assertIntact(content: Buffer, file: BundleFile): void {
  const sha256 = createHash('sha256').update(content).digest('hex');
  if (content.length !== file.sizeBytes || sha256 !== file.sha256) {
    throw new EngineError(
      'IntegrityMismatch',
      `The model file ${file.file} is not the one that the manifest names: ${content.length} bytes, SHA-256 ${sha256.slice(0, 12)}. Export the model again, or restore its folder.`,
    );
  }
}
