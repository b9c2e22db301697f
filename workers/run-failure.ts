/** Turns whatever a runtime throws into an error that says what happened and what to do. */
import { EngineError } from '../src/contract/engine-error';
import type { TensorMap } from './session-backend';

const OUT_OF_MEMORY =
  /out of memory|bad_alloc|allocation failed|failed to allocate|memory access out of bounds|OOM\b/i;
const DEVICE_LOST =
  /device (is|was|has been)? ?(lost|destroyed)|GPUDevice.*lost|valid external Instance/i;

/** The error for a graph that could not be run on these inputs; their values are never part of it. */
export function runFailure(error: unknown, graph: string, feeds: TensorMap): EngineError {
  const reason = error instanceof Error ? error.message : String(error);
  const shapes = Object.entries(feeds)
    .map(([name, tensor]) => `${name} ${tensor.dims.join('x')}`)
    .join(', ');
  if (DEVICE_LOST.test(reason)) {
    return new EngineError(
      'DeviceLost',
      `The graphics device was lost while running ${graph}. Load the model again; if it happens again, choose a smaller size or WASM.`,
      { cause: error },
    );
  }
  if (OUT_OF_MEMORY.test(reason)) {
    return new EngineError(
      'OutOfMemory',
      `There was not enough memory to run ${graph} (${shapes}). Choose a smaller size, fewer levels or another backend.`,
      { cause: error },
    );
  }
  return new EngineError(
    'EngineFailed',
    `Running ${graph} failed: ${reason} Inputs: ${shapes}. Load the model again; if it happens again, report this message.`,
    { cause: error },
  );
}

/** The error for a graph that the runtime did not accept. */
export function createFailure(error: unknown, graph: string): EngineError {
  const reason = error instanceof Error ? error.message : String(error);
  const code = OUT_OF_MEMORY.test(reason) ? 'OutOfMemory' : 'EngineFailed';
  return new EngineError(
    code,
    `The graph ${graph} could not be made ready: ${reason} Load the model again, or choose another backend.`,
    { cause: error },
  );
}
