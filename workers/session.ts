/**
 * The only file that names onnxruntime-web. Three builds of it are used, one at a time: `jspi` and `webgpu` (asyncify)
 * for WebGPU, `wasm` for the CPU; the WebGPU builds compute four times slower on the CPU than the plain one.
 */
import type * as Ort from 'onnxruntime-web/wasm';
import type { InferenceSession, Tensor } from 'onnxruntime-web/wasm';
import type { CpuGraph, CpuTensor } from './cpu-backend';
import { cpuTensor, createCpuBackend } from './cpu-backend';
import type { GpuGraph, GpuTensor } from './gpu-tensors';
import { gpuTensor } from './gpu-tensors';
import { createFailure, runFailure } from './run-failure';
import type { GraphBytes, SessionBackend } from './session-backend';
import { MEBIBYTE } from '../src/contract/units';
import { createWebGpuBackend } from './webgpu-backend';
import type { OpenDevice } from './webgpu-device';

/** A build of onnxruntime-web. */
type Runtime = typeof Ort;

const WASM_BUDGET_BYTES = 512 * MEBIBYTE;

/**
 * The CPU, through WebAssembly.
 *
 * @param threads 1 where the page is not cross-origin isolated
 */
export async function openWasm(threads: number): Promise<SessionBackend> {
  return createWasmBackend(await import('onnxruntime-web/wasm'), threads);
}

/** The same in Node, whose build reads its files from disk and starts its own kind of threads. */
export async function openWasmInNode(threads: number): Promise<SessionBackend> {
  const nodeBuild = 'onnxruntime-web'; // not a literal: a bundler would take the browser's build of that name along
  return createWasmBackend((await import(/* @vite-ignore */ nodeBuild)) as Runtime, threads);
}

function createWasmBackend(runtime: Runtime, threads: number): SessionBackend {
  runtime.env.wasm.numThreads = threads;
  runtime.env.logLevel = 'error';
  return createCpuBackend({
    kind: 'wasm',
    runtimeBuild: 'plain',
    threads,
    defaultMemoryBudgetBytes: WASM_BUDGET_BYTES,
    load: (graph) => loadOnCpu(runtime, graph),
  });
}

/** A graphics device that is already open. JSPI where the browser has it: it submits work 2 to 3 times faster. */
export async function openWebGpu(open: OpenDevice): Promise<SessionBackend> {
  const hasJspi = 'Suspending' in WebAssembly;
  const runtime: Runtime = hasJspi
    ? await import('onnxruntime-web/jspi')
    : await import('onnxruntime-web/webgpu');
  runtime.env.wasm.numThreads = 1;
  runtime.env.logLevel = 'error';
  return createWebGpuBackend(open, {
    runtimeBuild: hasJspi ? 'jspi' : 'asyncify',
    load: (graph) => loadOnGpu(runtime, graph, open.device),
  });
}

async function createSession(
  runtime: Runtime,
  graph: GraphBytes,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  const { weights } = graph;
  try {
    return await runtime.InferenceSession.create(graph.onnx, {
      ...options,
      graphOptimizationLevel: 'all',
      ...(weights !== null && { externalData: [{ path: weights.path, data: weights.bytes }] }),
    });
  } catch (error) {
    throw createFailure(error, graph.name);
  }
}

async function loadOnCpu(runtime: Runtime, graph: GraphBytes): Promise<CpuGraph> {
  const session = await createSession(runtime, graph, { executionProviders: ['wasm'] });
  return {
    inputType: (input) => inputType(session, input),
    async run(feeds, wanted) {
      try {
        const inputs = mapValues(feeds, (tensor) => toTensor(runtime, tensor));
        const outputs = await session.run(inputs, [...wanted]);
        return mapValues(outputs, (output) =>
          cpuTensor(output.data as Float32Array<ArrayBuffer>, output.dims),
        );
      } catch (error) {
        throw runFailure(error, graph.name, feeds);
      }
    },
    release: () => session.release(),
  };
}

async function loadOnGpu(
  runtime: Runtime,
  graph: GraphBytes,
  device: GPUDevice,
): Promise<GpuGraph> {
  const session = await createSession(runtime, graph, {
    executionProviders: [{ name: 'webgpu', device, validationMode: 'disabled' }],
    preferredOutputLocation: 'gpu-buffer',
  });
  return {
    inputType: (input) => inputType(session, input),
    async run(feeds, wanted) {
      try {
        const inputs = mapValues(feeds, (tensor) => toGpuTensor(runtime, tensor));
        return mapValues(await session.run(inputs, [...wanted]), fromGpuTensor);
      } catch (error) {
        throw runFailure(error, graph.name, feeds);
      }
    },
    release: () => session.release(),
  };
}

function toTensor(runtime: Runtime, { values, dims }: CpuTensor): Tensor {
  if (values instanceof Float32Array) return new runtime.Tensor('float32', values, dims);
  if (values instanceof Int32Array) return new runtime.Tensor('int32', values, dims);
  return new runtime.Tensor('int64', values, dims);
}

function toGpuTensor(runtime: Runtime, tensor: GpuTensor): Tensor {
  const { storage, dims } = tensor;
  return storage.kind === 'memory'
    ? toTensor(runtime, cpuTensor(storage.values, dims))
    : runtime.Tensor.fromGpuBuffer(storage.buffer, { dataType: 'float32', dims: [...dims] });
}

/** The runtime lends its buffer until the tensor is disposed of. */
function fromGpuTensor(output: Tensor): GpuTensor {
  if (output.location !== 'gpu-buffer') {
    return gpuTensor(
      { kind: 'memory', values: output.data as Float32Array<ArrayBuffer> },
      output.dims,
    );
  }
  const free = (): void => output.dispose();
  return gpuTensor({ kind: 'device', buffer: output.gpuBuffer, free }, output.dims);
}

function inputType(session: InferenceSession, input: string): string | null {
  const found = session.inputMetadata.find(({ name }) => name === input);
  return found?.isTensor === true ? found.type : null;
}

function mapValues<T, U>(
  map: Readonly<Record<string, T>>,
  change: (value: T) => U,
): Record<string, U> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]));
}
