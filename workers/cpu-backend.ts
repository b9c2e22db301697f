/**
 * The backend of runtimes that compute in memory: WASM in the browser, native in Node. Tensors are typed arrays, so
 * views and slices share memory; only running a graph is the runtime's.
 */
import type { BackendKind, EngineInfo } from '../src/contract/engine';
import type { CanvasHandle } from '../src/contract/platform';
import { EngineError } from '../src/contract/engine-error';
import { Mutex } from './mutex';
import type { FramePlan } from './pipeline/pixels';
import { frameToRgba } from './pipeline/pixels';
import type {
  DeviceTensor,
  GraphBytes,
  GraphSession,
  SessionBackend,
  TensorMap,
  TensorValues,
} from './session-backend';
import { valueCount } from './session-backend';

/** A tensor in memory. */
export interface CpuTensor extends DeviceTensor {
  readonly values: TensorValues;
}

/** A graph loaded by a runtime that computes in memory. */
export interface CpuGraph {
  inputType(input: string): string | null;
  run(
    feeds: Readonly<Record<string, CpuTensor>>,
    wanted: readonly string[],
  ): Promise<Record<string, CpuTensor>>;
  release(): Promise<void>;
}

/** A runtime that computes in memory. */
export interface CpuRuntime {
  readonly kind: BackendKind;
  readonly runtimeBuild: EngineInfo['runtimeBuild'];
  readonly threads: number;
  readonly defaultMemoryBudgetBytes: number;
  load(graph: GraphBytes): Promise<CpuGraph>;
}

/** A tensor over these values. */
export function cpuTensor(values: TensorValues, dims: readonly number[]): CpuTensor {
  return { values, dims, sizeBytes: values.byteLength };
}

/** Makes a backend of a runtime. */
export function createCpuBackend(runtime: CpuRuntime): SessionBackend {
  const mutex = new Mutex();
  return {
    kind: runtime.kind,
    adapter: null,
    runtimeBuild: runtime.runtimeBuild,
    threads: runtime.threads,
    defaultMemoryBudgetBytes: runtime.defaultMemoryBudgetBytes,
    createSession: (graph) =>
      mutex.run(async () => sessionOf(graph.name, await runtime.load(graph), mutex)),
    upload: cpuTensor,
    view: (tensor, dims) => cpuTensor(floats(tensor).subarray(0, valueCount(dims)), dims),
    slice(tensor, from, to) {
      const row = valueCount(tensor.dims.slice(1));
      const values = floats(tensor).subarray(from * row, to * row);
      return cpuTensor(values, [to - from, ...tensor.dims.slice(1)]);
    },
    allocate: (dims) => cpuTensor(new Float32Array(valueCount(dims)), dims),
    copyInto: (target, offset, source) => floats(target).set(floats(source), offset),
    extrapolate(from, to, ratio) {
      const start = floats(from);
      const end = floats(to);
      const values = start.map((value, i) => value + ratio * (end[i]! - value));
      return cpuTensor(values, from.dims);
    },
    download: (tensor) => Promise.resolve(floats(tensor).slice()),
    dispose: () => undefined,
    pace: () => Promise.resolve(),
    settle: () => Promise.resolve(),
    paint(canvas, frame, plan) {
      paintPixels(canvas, floats(frame), plan);
      return Promise.resolve();
    },
    release: () => Promise.resolve(),
  };
}

function sessionOf(name: string, graph: CpuGraph, mutex: Mutex): GraphSession {
  return {
    name,
    inputType: (input) => graph.inputType(input),
    run: (feeds: TensorMap, wanted) =>
      mutex.run(() => graph.run(feeds as Readonly<Record<string, CpuTensor>>, wanted)),
    release: () => mutex.run(() => graph.release()),
  };
}

function floats(tensor: DeviceTensor): Float32Array<ArrayBuffer> {
  const { values } = tensor as CpuTensor;
  if (!(values instanceof Float32Array)) throw new TypeError('this tensor does not hold float32');
  return values;
}

/** The part of a 2D canvas that painting needs. */
interface Context2d {
  createImageData(width: number, height: number): { readonly data: Uint8ClampedArray };
  putImageData(image: { readonly data: Uint8ClampedArray }, x: number, y: number): void;
}

function paintPixels(canvas: CanvasHandle, frame: Float32Array, plan: FramePlan): void {
  canvas.width = plan.widthPx;
  canvas.height = plan.heightPx;
  const { getContext } = canvas as { getContext?: (type: '2d') => Context2d | null };
  const context = getContext?.call(canvas, '2d') ?? null;
  if (context === null) {
    throw new EngineError(
      'BadRequest',
      'The canvas gives no 2D context: it was used in another way before. Attach a new canvas.',
    );
  }
  const image = context.createImageData(plan.widthPx, plan.heightPx);
  image.data.set(frameToRgba(frame, plan));
  context.putImageData(image, 0, 0);
}
