/** The native backend: the same engine on onnxruntime's CPU library, at full speed. The only file that names it. */
import { availableParallelism } from 'node:os';
import type * as Ort from 'onnxruntime-node';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { MEBIBYTE } from '../src/contract/units';
import type { CpuGraph, CpuTensor } from '../workers/cpu-backend';
import { cpuTensor, createCpuBackend } from '../workers/cpu-backend';
import { createFailure, runFailure } from '../workers/run-failure';
import type { GraphBytes, SessionBackend } from '../workers/session-backend';

type Runtime = typeof Ort;

const NATIVE_BUDGET_BYTES = 2048 * MEBIBYTE;

/**
 * Opens the native runtime.
 *
 * @throws {Error} when the optional package onnxruntime-node is not installed for this platform
 */
export async function openNative(): Promise<SessionBackend> {
  const runtime: Runtime = await import('onnxruntime-node');
  const threads = availableParallelism();
  return createCpuBackend({
    kind: 'native',
    runtimeBuild: null,
    threads,
    defaultMemoryBudgetBytes: NATIVE_BUDGET_BYTES,
    load: (graph) => load(runtime, graph, threads),
  });
}

async function load(runtime: Runtime, graph: GraphBytes, threads: number): Promise<CpuGraph> {
  const session = await create(runtime, graph, threads);
  return {
    inputType(input) {
      const found = session.inputMetadata.find(({ name }) => name === input);
      return found?.isTensor === true ? found.type : null;
    },
    async run(feeds, wanted) {
      try {
        const inputs = Object.fromEntries(
          Object.entries(feeds).map(([name, tensor]) => [name, toTensor(runtime, tensor)]),
        );
        const outputs = await session.run(inputs, [...wanted]);
        return Object.fromEntries(
          Object.entries(outputs).map(([name, output]) => [
            name,
            cpuTensor(output.data as Float32Array<ArrayBuffer>, output.dims),
          ]),
        );
      } catch (error) {
        throw runFailure(error, graph.name, feeds);
      }
    },
    release: () => session.release(),
  };
}

async function create(
  runtime: Runtime,
  graph: GraphBytes,
  threads: number,
): Promise<InferenceSession> {
  const { weights } = graph;
  try {
    return await runtime.InferenceSession.create(graph.onnx, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      intraOpNumThreads: threads,
      logSeverityLevel: 3,
      ...(weights !== null && { externalData: [{ path: weights.path, data: weights.bytes }] }),
    });
  } catch (error) {
    throw createFailure(error, graph.name);
  }
}

function toTensor(runtime: Runtime, { values, dims }: CpuTensor): Tensor {
  if (values instanceof Float32Array) return new runtime.Tensor('float32', values, dims);
  if (values instanceof Int32Array) return new runtime.Tensor('int32', values, dims);
  return new runtime.Tensor('int64', values, dims);
}
