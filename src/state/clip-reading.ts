/** Reading the frames of a clip from the engine, a segment at a time. */
import type { Engine, Pixels } from '../contract/engine';
import { framesOf, type ClipRequest } from './clip-state';

/**
 * The frames there are after each segment. A segment's frames share the most, and other redecodes get their turn in
 * between.
 *
 * @param gt segments of the clip
 * @throws {EngineError} what `readFrames` throws; the signal's reason once it is aborted
 */
export async function* readSegments(
  engine: Pick<Engine, 'readFrames'>,
  { pictureId, levels, sizePx, fps, frameCount }: ClipRequest,
  gt: number,
  signal: AbortSignal,
): AsyncGenerator<readonly Pixels[]> {
  const pt = frameCount / gt;
  let frames: readonly Pixels[] = [];
  for (let from = 0; from < frameCount; from += pt) {
    const wanted = { from, to: Math.min(from + pt, frameCount) };
    const read = await engine.readFrames(
      pictureId,
      { levels, sizePx, fps, frames: wanted },
      signal,
    );
    signal.throwIfAborted();
    frames = [...frames, ...framesOf(read)];
    yield frames;
  }
}
