/** Tensors in buffers of a graphics device, and what can be done with them without looking into them. */
import type { DeviceTensor, SessionBackend, TensorValues } from './session-backend';
import { valueCount } from './session-backend';
import { BUFFER_USAGE, MAP_MODE_READ } from './webgpu-constants';
import { createExtrapolation } from './webgpu-kernels';

/** Where a tensor of the WebGPU backend lives. Empty tensors and ids stay in memory. */
export type GpuStorage =
  | { readonly kind: 'memory'; readonly values: TensorValues }
  | {
      readonly kind: 'device';
      readonly buffer: GPUBuffer;
      /** Gives the buffer back; null for a view. */
      readonly free: (() => void) | null;
    };

/** A tensor of the WebGPU backend; float32 on the device. */
export interface GpuTensor extends DeviceTensor {
  readonly storage: GpuStorage;
}

/** A graph loaded by a runtime that computes on a graphics device. */
export interface GpuGraph {
  inputType(input: string): string | null;
  run(
    feeds: Readonly<Record<string, GpuTensor>>,
    wanted: readonly string[],
  ): Promise<Record<string, GpuTensor>>;
  release(): Promise<void>;
}

const FLOAT_BYTES = 4;
/** Bindings and copies of the runtime are in units of 16 bytes. */
const BUFFER_UNIT_BYTES = 16;

/** The part of a backend that is about tensors alone. */
export type TensorOperations = Pick<
  SessionBackend,
  'upload' | 'view' | 'slice' | 'allocate' | 'copyInto' | 'extrapolate' | 'download' | 'dispose'
>;

/** A tensor on this storage. */
export function gpuTensor(storage: GpuStorage, dims: readonly number[]): GpuTensor {
  const sizeBytes =
    storage.kind === 'memory' ? storage.values.byteLength : valueCount(dims) * FLOAT_BYTES;
  return { storage, dims, sizeBytes };
}

/** Tensor operations on a device. */
export function createGpuTensors(device: GPUDevice): TensorOperations {
  const extrapolateBuffers = createExtrapolation(device);
  const allocate = (dims: readonly number[]): GpuTensor => {
    if (valueCount(dims) === 0) {
      return gpuTensor({ kind: 'memory', values: new Float32Array(0) }, dims);
    }
    const buffer = createBuffer(device, valueCount(dims));
    return gpuTensor({ kind: 'device', buffer, free: () => buffer.destroy() }, dims);
  };
  return {
    upload(values, dims) {
      if (!(values instanceof Float32Array) || values.length === 0) {
        return gpuTensor({ kind: 'memory', values }, dims);
      }
      const tensor = allocate(dims);
      device.queue.writeBuffer(bufferOf(tensor), 0, values);
      return tensor;
    },
    view: (tensor, dims) => viewOf(tensor as GpuTensor, dims),
    slice(tensor, from, to) {
      const row = valueCount(tensor.dims.slice(1));
      const target = allocate([to - from, ...tensor.dims.slice(1)]);
      copy(device, { source: tensor, from: from * row, target, to: 0, count: (to - from) * row });
      return target;
    },
    allocate,
    copyInto(target, offset, source) {
      copy(device, { source, from: 0, target, to: offset, count: valueCount(source.dims) });
    },
    extrapolate(from, to, ratio) {
      const result = allocate(from.dims);
      const settings = { ratio, count: valueCount(from.dims) };
      extrapolateBuffers(bufferOf(from), bufferOf(to), bufferOf(result), settings);
      return result;
    },
    download: (tensor) => download(device, tensor),
    dispose(tensor) {
      const { storage } = tensor as GpuTensor;
      if (storage.kind === 'device') storage.free?.();
    },
  };
}

function createBuffer(device: GPUDevice, values: number): GPUBuffer {
  return device.createBuffer({
    size: Math.ceil((values * FLOAT_BYTES) / BUFFER_UNIT_BYTES) * BUFFER_UNIT_BYTES,
    usage: BUFFER_USAGE.STORAGE | BUFFER_USAGE.COPY_SRC | BUFFER_USAGE.COPY_DST,
  });
}

function viewOf(tensor: GpuTensor, dims: readonly number[]): GpuTensor {
  const { storage } = tensor;
  return storage.kind === 'device'
    ? gpuTensor({ ...storage, free: null }, dims)
    : gpuTensor({ kind: 'memory', values: storage.values.slice(0, valueCount(dims)) }, dims);
}

/** The buffer of a tensor that is on the device. */
export function bufferOf(tensor: DeviceTensor): GPUBuffer {
  const { storage } = tensor as GpuTensor;
  if (storage.kind !== 'device') throw new TypeError('this tensor is not on the device');
  return storage.buffer;
}

interface Copy {
  readonly source: DeviceTensor;
  readonly from: number;
  readonly target: DeviceTensor;
  readonly to: number;
  readonly count: number;
}

function copy(device: GPUDevice, { source, from, target, to, count }: Copy): void {
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(
    bufferOf(source),
    from * FLOAT_BYTES,
    bufferOf(target),
    to * FLOAT_BYTES,
    count * FLOAT_BYTES,
  );
  device.queue.submit([encoder.finish()]);
}

async function download(
  device: GPUDevice,
  tensor: DeviceTensor,
): Promise<Float32Array<ArrayBuffer>> {
  const { storage } = tensor as GpuTensor;
  if (storage.kind === 'memory') return Float32Array.from(storage.values, Number);
  const sizeBytes = valueCount(tensor.dims) * FLOAT_BYTES;
  const staging = device.createBuffer({
    size: sizeBytes,
    usage: BUFFER_USAGE.MAP_READ | BUFFER_USAGE.COPY_DST,
  });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(storage.buffer, 0, staging, 0, sizeBytes);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(MAP_MODE_READ);
    return new Float32Array(staging.getMappedRange().slice(0));
  } finally {
    staging.destroy();
  }
}
