/**
 * The backend on a graphics device: every tensor but ids is a buffer, and nothing is read back except by `download`.
 * Our copies and drawings and the runtime's runs are ordered by the one queue they share.
 */
import type { EngineInfo } from '../src/contract/engine';
import { EngineError } from '../src/contract/engine-error';
import { MEBIBYTE } from '../src/contract/units';
import type { GpuGraph, GpuTensor } from './gpu-tensors';
import { bufferOf, createGpuTensors } from './gpu-tensors';
import { Mutex } from './mutex';
import type { GraphBytes, GraphSession, SessionBackend } from './session-backend';
import { WebGpuCanvas } from './webgpu-canvas';
import type { OpenDevice } from './webgpu-device';
import { countReadbacks } from './webgpu-kernels';

/** What the runtime adds to the device. */
export interface GpuRuntime {
  readonly runtimeBuild: EngineInfo['runtimeBuild'];
  load(graph: GraphBytes): Promise<GpuGraph>;
}

const GPU_BUDGET_BYTES = 1024 * MEBIBYTE;

/** Makes a backend of an open device. It closes the device when it is released. */
export function createWebGpuBackend(open: OpenDevice, runtime: GpuRuntime): SessionBackend {
  const { device } = open;
  const mutex = new Mutex();
  const canvases = new WebGpuCanvas(device);
  const errors = collectErrors(device);
  let waiting: Promise<void> = Promise.resolve();
  const settle = (): Promise<void> => device.queue.onSubmittedWorkDone().then(() => undefined);
  return {
    kind: 'webgpu',
    adapter: open.description,
    runtimeBuild: runtime.runtimeBuild,
    threads: 1,
    defaultMemoryBudgetBytes: GPU_BUDGET_BYTES,
    lost: device.lost.then(({ reason, message }) => (message === '' ? reason : message)),
    deviceReadbacks: countReadbacks(),
    ...createGpuTensors(device),
    createSession: (graph) =>
      mutex.run(async () =>
        sessionOf(graph.name, checked(await runtime.load(graph), errors), mutex),
      ),
    pace() {
      const previous = waiting;
      waiting = settle();
      return previous;
    },
    settle,
    paint(canvas, frame, plan) {
      canvases.draw(canvas, bufferOf(frame), plan);
      return Promise.resolve();
    },
    release() {
      canvases.release();
      device.destroy();
      return Promise.resolve();
    },
  };
}

function sessionOf(name: string, graph: GpuGraph, mutex: Mutex): GraphSession {
  return {
    name,
    inputType: (input) => graph.inputType(input),
    run: (feeds, wanted) =>
      mutex.run(() => graph.run(feeds as Readonly<Record<string, GpuTensor>>, wanted)),
    release: () => mutex.run(() => graph.release()),
  };
}

/** Errors of the device come late and to nobody in particular: the next run has to answer for them. */
function collectErrors(device: GPUDevice): EngineError[] {
  const errors: EngineError[] = [];
  device.addEventListener('uncapturederror', ({ error }) => {
    const isMemory = error instanceof GPUOutOfMemoryError;
    errors.push(
      new EngineError(
        isMemory ? 'OutOfMemory' : 'EngineFailed',
        `The graphics device reported: ${error.message} ${isMemory ? 'Choose a smaller size or WASM.' : 'Load the model again, or choose WASM.'}`,
      ),
    );
  });
  return errors;
}

function checked(graph: GpuGraph, errors: EngineError[]): GpuGraph {
  return {
    ...graph,
    async run(feeds, wanted) {
      const outputs = await graph.run(feeds, wanted);
      const [error] = errors.splice(0);
      if (error === undefined) return outputs;
      Object.values(outputs).forEach(({ storage }) => {
        if (storage.kind === 'device') storage.free?.();
      });
      throw error;
    },
  };
}
