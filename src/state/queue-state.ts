/** Runs that wait for their turn. Pure. */
import type { GenerateRequest } from '../contract/engine';
import type { KeptId } from '../contract/gallery';

/** A picture to be made. */
export interface QueuedPicture {
  readonly kind: 'generate';
  /** Its name in the gallery, too, once it is made. */
  readonly queueId: string;
  /** Without canvases: where it is drawn is decided when its turn comes. */
  readonly request: Omit<GenerateRequest, 'previews'>;
}

/** A kept picture that is to get more levels. */
export interface QueuedFinish {
  readonly kind: 'finish';
  readonly queueId: string;
  readonly keptId: KeptId;
  readonly prompt: string;
  readonly toLevel: number;
}

/** A run that waits. */
export type QueuedRun = QueuedPicture | QueuedFinish;

/** What a waiting run is about. */
export function promptOf(run: QueuedRun): string {
  return run.kind === 'generate' ? run.request.prompt : run.prompt;
}

/** The queue without a run. */
export function withoutRun(queue: readonly QueuedRun[], queueId: string): readonly QueuedRun[] {
  return queue.filter((run) => run.queueId !== queueId);
}

/** The queue with a run moved to an earlier place, or with a positive `by` to a later one. */
export function withMoved(
  queue: readonly QueuedRun[],
  queueId: string,
  by: number,
): readonly QueuedRun[] {
  const from = queue.findIndex((run) => run.queueId === queueId);
  const moved = queue[from];
  if (!moved) return queue;
  const others = withoutRun(queue, queueId);
  const to = Math.max(0, Math.min(from + by, others.length));
  return [...others.slice(0, to), moved, ...others.slice(to)];
}
