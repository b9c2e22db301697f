/** The engine's surroundings in a browser worker: files over the network, WebGPU if it works, WASM otherwise. */
import type { BackendChoice } from '../src/contract/engine';
import { EngineError, isEngineError } from '../src/contract/engine-error';
import { checkAttention } from './attention-test';
import type { ChosenBackend, EngineHost } from './engine-host';
import { openBundle } from './model-cache';
import { openWasm, openWebGpu } from './session';
import type { GraphBytes, SessionBackend } from './session-backend';
import { openDevice } from './webgpu-device';

/** More threads than this do not make the small graphs faster. */
const MAX_THREADS = 4;

/** The surroundings of the worker this runs in. */
export function createBrowserHost(): EngineHost {
  const channel = new MessageChannel();
  channel.port1.start();
  return {
    openBundle: (bundleUrl, onEvent, signal) =>
      openBundle(bundleUrl, {
        fetch: (...request) => fetch(...request),
        caches: cachesOf(),
        onEvent,
        signal,
      }),
    openBackend,
    now: () => performance.now(),
    // A message to ourselves waits behind those of the page; unlike a timer it costs no 4 ms.
    yieldToTasks: () =>
      new Promise((resolve) => {
        channel.port1.addEventListener('message', () => resolve(), { once: true });
        channel.port2.postMessage(null);
      }),
  };
}

/** Absent in insecure contexts and in some private windows. */
export function cachesOf(): CacheStorage | null {
  return (globalThis as { readonly caches?: CacheStorage }).caches ?? null;
}

async function openBackend(
  choice: BackendChoice,
  attentionTest: Promise<GraphBytes | null>,
): Promise<ChosenBackend> {
  if (choice === 'wasm') {
    return { backend: await openCpu(attentionTest), whyNotWebGpu: 'WASM was asked for.' };
  }
  try {
    return { backend: await openGpu(choice, attentionTest), whyNotWebGpu: null };
  } catch (error) {
    if (choice === 'webgpu') throw error;
    const whyNotWebGpu = isEngineError(error)
      ? error.message
      : `WebGPU did not pass its first run: ${String(error)}`;
    return { backend: await openCpu(attentionTest), whyNotWebGpu };
  }
}

async function openGpu(
  choice: BackendChoice,
  attentionTest: Promise<GraphBytes | null>,
): Promise<SessionBackend> {
  const open = await openDevice();
  if (choice === 'auto' && open.isSoftware) {
    open.device.destroy();
    throw new EngineError(
      'NoWebGpu',
      `The only graphics adapter (${open.description}) computes on the CPU, where WASM is faster.`,
    );
  }
  const backend = await openWebGpu(open);
  try {
    const graph = await attentionTest;
    if (graph !== null) await checkAttention(backend, graph);
    return backend;
  } catch (error) {
    await backend.release();
    throw error;
  }
}

async function openCpu(smallestGraph: Promise<GraphBytes | null>): Promise<SessionBackend> {
  const threads = crossOriginIsolated ? Math.min(MAX_THREADS, navigator.hardwareConcurrency) : 1;
  const backend = await openWasm(threads);
  const graph = await smallestGraph;
  // The runtime fetches and compiles its WebAssembly with its first graph: now, while others arrive.
  if (graph !== null) await (await backend.createSession(graph)).release();
  return backend;
}
