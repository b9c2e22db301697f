/** Runs asynchronous tasks one after another, in the order they were asked for. */
export class Mutex {
  private tail: Promise<unknown> = Promise.resolve();

  /** Runs `task` when the tasks before it have ended, whether they failed or not. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.tail.then(task);
    this.tail = result.catch(() => undefined); // the caller of the failed task has the error
    return result;
  }
}
