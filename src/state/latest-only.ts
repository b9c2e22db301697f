/** One piece of work at a time, and of the requests that pile up meanwhile only the last is done. */

/** Does `work` for requested values; see {@link createLatestOnly}. */
export interface LatestOnly<T> {
  /** Does this value next, instead of any other that waits. */
  request(value: T): void;
  /** Forgets what waits and aborts what is at work. */
  cancel(): void;
  /** Resolves when nothing is at work and nothing waits. */
  idle(): Promise<void>;
}

/** @param work never rejects; it is told by the signal when its result is no longer wanted */
export function createLatestOnly<T>(
  work: (value: T, signal: AbortSignal) => Promise<void>,
): LatestOnly<T> {
  let waiting: { readonly value: T } | null = null;
  let atWork: AbortController | null = null;
  let running = Promise.resolve();

  async function drain(): Promise<void> {
    for (let next = waiting; next !== null; next = waiting) {
      waiting = null;
      atWork = new AbortController();
      await work(next.value, atWork.signal);
      atWork = null;
    }
  }

  return {
    request(value) {
      const isIdle = waiting === null && atWork === null;
      waiting = { value };
      if (isIdle) running = drain();
    },
    cancel() {
      waiting = null;
      atWork?.abort();
    },
    idle: () => running,
  };
}
