/**
 * A backend that counts: runs, readbacks, and the tensors that are alive. It is also where the ownership rule of
 * session-backend.ts is enforced: disposing of a tensor twice, or of a view, is a bug and throws.
 */
import type { EngineCounters } from '../src/contract/counters';
import type { DeviceTensor, GraphSession, SessionBackend } from './session-backend';

/** A backend and what it has counted. */
export interface MeteredBackend extends SessionBackend {
  counts(): Omit<EngineCounters, 'cacheBytes' | 'memoryBudgetBytes'>;
}

/**
 * Wraps a backend.
 *
 * @param now a clock, in milliseconds
 */
export function meterBackend(backend: SessionBackend, now: () => number): MeteredBackend {
  const alive = new Set<DeviceTensor>();
  const earlierReadbacks = backend.deviceReadbacks?.() ?? 0;
  const runs = new Map<string, { count: number; totalMs: number }>();
  const record = (name: string, elapsedMs: number): void => {
    const known = runs.get(name) ?? { count: 0, totalMs: 0 };
    runs.set(name, { count: known.count + 1, totalMs: known.totalMs + elapsedMs });
  };
  let downloads = 0;
  const own = (tensor: DeviceTensor): DeviceTensor => {
    alive.add(tensor);
    return tensor;
  };
  return {
    ...backend,
    createSession: async (graph) =>
      meterSession(await backend.createSession(graph), own, { now, record }),
    upload: (values, dims) => own(backend.upload(values, dims)),
    slice: (tensor, from, to) => own(backend.slice(tensor, from, to)),
    allocate: (dims) => own(backend.allocate(dims)),
    extrapolate: (from, to, ratio) => own(backend.extrapolate(from, to, ratio)),
    download(tensor) {
      downloads += 1;
      return backend.download(tensor);
    },
    dispose(tensor) {
      if (!alive.delete(tensor)) {
        throw new Error(
          `a tensor of ${tensor.dims.join(' x ')} was disposed of twice, or is a view`,
        );
      }
      backend.dispose(tensor);
    },
    counts: () => ({
      sessionRuns: [...runs.values()].reduce((sum, { count }) => sum + count, 0),
      runsByGraph: Object.fromEntries([...runs].map(([name, { count }]) => [name, count])),
      msByGraph: Object.fromEntries([...runs].map(([name, { totalMs }]) => [name, totalMs])),
      readbacks: (backend.deviceReadbacks?.() ?? downloads) - earlierReadbacks,
      liveTensors: alive.size,
      liveBytes: [...alive].reduce((sum, tensor) => sum + tensor.sizeBytes, 0),
    }),
  };
}

function meterSession(
  session: GraphSession,
  own: (tensor: DeviceTensor) => DeviceTensor,
  meter: { readonly now: () => number; readonly record: (name: string, elapsedMs: number) => void },
): GraphSession {
  return {
    name: session.name,
    inputType: (input) => session.inputType(input),
    async run(feeds, wanted) {
      const startMs = meter.now();
      const outputs = await session.run(feeds, wanted);
      meter.record(session.name, meter.now() - startMs);
      Object.values(outputs).forEach(own);
      return outputs;
    },
    release: () => session.release(),
  };
}
