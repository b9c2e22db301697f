import type { DeviceTensor, SessionBackend, TensorValues } from './session-backend';

/** Tensors with one owner: whatever is added is disposed of when the scope is, at the latest. */
export class TensorScope {
  private readonly backend: SessionBackend;
  private readonly tensors = new Set<DeviceTensor>();

  constructor(backend: SessionBackend) {
    this.backend = backend;
  }

  /** Takes over a tensor. */
  add<T extends DeviceTensor>(tensor: T): T {
    this.tensors.add(tensor);
    return tensor;
  }

  upload(values: TensorValues, dims: readonly number[]): DeviceTensor {
    return this.add(this.backend.upload(values, dims));
  }

  /** Takes over all tensors of a map. */
  addAll<T extends Readonly<Record<string, DeviceTensor>>>(map: T): T {
    Object.values(map).forEach((tensor) => this.tensors.add(tensor));
    return map;
  }

  /** Gives a tensor away: its new owner disposes of it. */
  hand(tensor: DeviceTensor): DeviceTensor {
    if (!this.tensors.delete(tensor)) throw new Error('this scope does not own the tensor');
    return tensor;
  }

  dispose(): void {
    this.tensors.forEach((tensor) => this.backend.dispose(tensor));
    this.tensors.clear();
  }
}
