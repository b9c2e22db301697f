/**
 * What the engine needs of a runtime: tensors it cannot look into, graphs it can run. Implemented for onnxruntime-web by
 * session.ts and for onnxruntime-node by the command line.
 *
 * Ownership: whoever receives a tensor from `upload`, `slice`, `allocate`, `extrapolate` or `run` disposes of it once.
 * A view is borrowed from its tensor: it must not outlive it, and it is not disposed of.
 */
import type { BackendKind, EngineInfo } from '../src/contract/engine';
import type { CanvasHandle } from '../src/contract/platform';
import type { FramePlan } from './pipeline/pixels';

/** Values that can be handed to a graph; only ids are whole numbers. */
export type TensorValues =
  Float32Array<ArrayBuffer> | Int32Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;

/** A tensor on the device of its backend. */
export interface DeviceTensor {
  readonly dims: readonly number[];
  readonly sizeBytes: number;
}

/** Tensors by the names of the graph contract. */
export type TensorMap = Readonly<Record<string, DeviceTensor>>;

/** A graph and its weights, widened to float32, as they go into a runtime. */
export interface GraphBytes {
  readonly name: string;
  readonly onnx: Uint8Array<ArrayBuffer>;
  /** External data: the name the graph refers to, and its content. */
  readonly weights: { readonly path: string; readonly bytes: Uint8Array<ArrayBuffer> } | null;
}

/** A graph ready to run. */
export interface GraphSession {
  readonly name: string;
  /** Element type of an input: `float32`, `int32`, `int64`; null when the graph has no such input. */
  inputType(input: string): string | null;
  /** Runs the graph on all of its inputs and gives the outputs asked for; `feeds` stay the caller's. */
  run(feeds: TensorMap, wanted: readonly string[]): Promise<Record<string, DeviceTensor>>;
  release(): Promise<void>;
}

/** A place to run graphs. At most one creation or run is at work at a time; more wait in line. */
export interface SessionBackend {
  readonly kind: BackendKind;
  readonly adapter: string | null;
  readonly runtimeBuild: EngineInfo['runtimeBuild'];
  readonly threads: number;
  /** Bytes the kept caches may take unless the app says otherwise. */
  readonly defaultMemoryBudgetBytes: number;
  createSession(graph: GraphBytes): Promise<GraphSession>;
  /** The values become the tensor's: the caller does not change them afterwards. */
  upload(values: TensorValues, dims: readonly number[]): DeviceTensor;
  /** The first values of a tensor under other dimensions; borrowed. */
  view(tensor: DeviceTensor, dims: readonly number[]): DeviceTensor;
  /** Rows [from, to) of axis 0. */
  slice(tensor: DeviceTensor, from: number, to: number): DeviceTensor;
  /** Zeros. */
  allocate(dims: readonly number[]): DeviceTensor;
  /** Writes all values of `source` into `target` from value `offset` on. */
  copyInto(target: DeviceTensor, offset: number, source: DeviceTensor): void;
  /** from + ratio * (to - from), value by value. */
  extrapolate(from: DeviceTensor, to: DeviceTensor, ratio: number): DeviceTensor;
  /** Copies a tensor to memory the CPU can read; the only readback there is. */
  download(tensor: DeviceTensor): Promise<Float32Array<ArrayBuffer>>;
  dispose(tensor: DeviceTensor): void;
  /** Keeps at most one sampler step waiting on the device, so that work can be ended soon. */
  pace(): Promise<void>;
  /** Resolves when everything asked for is computed. */
  settle(): Promise<void>;
  /** Draws a frame on a canvas, which takes the size of the plan. */
  paint(canvas: CanvasHandle, frame: DeviceTensor, plan: FramePlan): Promise<void>;
  /** The device's own count of copies to the CPU, where it can see more than `download`. */
  deviceReadbacks?(): number;
  /** Resolves with the reason if the device goes away; absent where it cannot. */
  readonly lost?: Promise<string>;
  /** Frees the device. Sessions are released before. */
  release(): Promise<void>;
}

/** Number of values of a tensor. */
export function valueCount(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}
