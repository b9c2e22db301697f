/**
 * One attention on fixed values, compared with plain TypeScript: some devices compute attention silently wrong (flash
 * attention with 4 lanes in a subgroup, from 32 queries on). Run before a device is trusted.
 */
import { EngineError } from '../src/contract/engine-error';
import type { GraphBytes, SessionBackend } from './session-backend';
import { TensorScope } from './tensor-scope';

const HEADS = 2;
const HEAD_WIDTH = 8;
const WIDTH = HEADS * HEAD_WIDTH;
const KEYS = 40;
/** Below and above the 32 queries at which devices switch kernels. */
const QUERY_COUNTS = [32, 40, 5] as const;
/** Correct devices differ by about 1e-6, the wrong ones by about 0.1. */
const TOLERANCE = 1e-3;

/**
 * Runs the check on a backend.
 *
 * @throws {EngineError} NoWebGpu when the result is wrong
 */
export async function checkAttention(backend: SessionBackend, graph: GraphBytes): Promise<void> {
  const session = await backend.createSession(graph);
  try {
    for (const queries of QUERY_COUNTS) {
      const q = waves(queries * WIDTH, 0.37);
      const k = waves(KEYS * WIDTH, 0.73);
      const v = waves(KEYS * WIDTH, 1.13);
      const scope = new TensorScope(backend);
      try {
        const { out } = await session.run(
          {
            q: scope.upload(q, [1, queries, WIDTH]),
            k: scope.upload(k, [1, KEYS, WIDTH]),
            v: scope.upload(v, [1, KEYS, WIDTH]),
          },
          ['out'],
        );
        const found = await backend.download(scope.add(out!));
        const difference = largestDifference(found, attention(q, k, v));
        if (!(difference <= TOLERANCE)) throw wrongResult(queries, difference);
      } finally {
        scope.dispose();
      }
    }
  } finally {
    await session.release();
  }
}

/** softmax(q k^T / sqrt(head width)) v for each head; q (Q, WIDTH), k and v (KEYS, WIDTH). */
export function attention(q: Float32Array, k: Float32Array, v: Float32Array): Float32Array {
  const queries = q.length / WIDTH;
  const keys = k.length / WIDTH;
  const result = new Float32Array(q.length);
  for (let query = 0; query < queries; query += 1) {
    for (let head = 0; head < HEADS; head += 1) {
      const start = query * WIDTH + head * HEAD_WIDTH;
      const weights = Array.from({ length: keys }, (_, key) => {
        let score = 0;
        for (let c = 0; c < HEAD_WIDTH; c += 1) {
          score += q[start + c]! * k[key * WIDTH + head * HEAD_WIDTH + c]!;
        }
        return Math.exp(score / Math.sqrt(HEAD_WIDTH));
      });
      const sum = weights.reduce((total, weight) => total + weight, 0);
      for (let c = 0; c < HEAD_WIDTH; c += 1) {
        result[start + c] = weights.reduce(
          (total, weight, key) => total + (weight / sum) * v[key * WIDTH + head * HEAD_WIDTH + c]!,
          0,
        );
      }
    }
  }
  return result;
}

/** Values in [-1, 1] without a pattern that a wrong kernel could get right. */
function waves(count: number, frequency: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, (_, i) => Math.sin(frequency * i + 0.01 * i * i));
}

/** NaN if any value is. */
function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.reduce((largest, value, i) => {
    const difference = Math.abs(value - b[i]!);
    return difference > largest || Number.isNaN(difference) ? difference : largest;
  }, 0);
}

function wrongResult(queries: number, difference: number): EngineError {
  return new EngineError(
    'NoWebGpu',
    `The graphics device computes attention wrong (${queries} queries, off by ${difference.toPrecision(2)}). Update its driver, or use WASM.`,
  );
}
