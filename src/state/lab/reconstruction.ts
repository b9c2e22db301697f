/** Encodes what the lab holds, keeps it as a file, and compares what every level of that file gives. */
import { isClip } from '../../contract/clip';
import type { Engine, Pixels } from '../../contract/engine';
import { EngineError } from '../../contract/engine-error';
import type { PictureId } from '../../contract/units';
import { compareFrames } from './alike';
import { brushedLevels } from './brush';
import type { Lab, LabLevel, LabResult } from './lab-state';
import { levelBytes } from './level-bytes';
import { framesIn, joinedFrames } from './seen-frames';

/** What is encoded, and how. */
export type Reconstructed = Pick<
  Lab,
  'grid' | 'levelsMax' | 'choice' | 'original' | 'complexity' | 'media'
>;

/** Levels of each patch that the lab's choices ask for. */
export function countsWanted({ complexity, choice, levelsMax }: Reconstructed): number[] {
  const budget = { average: choice.average, low: 1, high: levelsMax };
  return brushedLevels(complexity, budget, choice);
}

/**
 * Everything is measured on the file as it would be saved, after its values were rounded.
 *
 * @throws {EngineError} Cancelled when the signal is aborted; nothing stays in the engine then
 */
export async function reconstruct(
  engine: Engine,
  wanted: Reconstructed,
  signal: AbortSignal,
): Promise<LabResult> {
  const { choice, grid, levelsMax, original, media } = wanted;
  const counts = countsWanted(wanted);
  const request = { sizePx: choice.sizePx, counts };
  const encoded = isClip(grid)
    ? await engine.reconstructClip(joinedFrames(original, media.frames.fps), request)
    : await engine.reconstruct(original[0]!, request);
  const file = await engine.exportLatent(encoded.pictureId, choice.encoding);
  await engine.dispose(encoded.pictureId);
  const { pictureId, levelsDone } = await engine.importLatent(file.slice());
  try {
    const bytes = levelBytes(file, levelsDone);
    const levels: LabLevel[] = [];
    for (let level = 1; level <= Math.min(levelsDone, levelsMax); level += 1) {
      const frames = await framesOfLevel(engine, { ...wanted, pictureId, level }, signal);
      if (signal.aborted) throw new EngineError('Cancelled', 'Another choice was made meanwhile.');
      const figures = compareFrames(original, frames, grid);
      levels.push({ level, bytes: bytes[level - 1]!, frames, ...figures });
    }
    return { pictureId, file, encoding: choice.encoding, counts, levels };
  } catch (error) {
    await engine.dispose(pictureId);
    throw error;
  }
}

async function framesOfLevel(
  engine: Engine,
  wanted: Reconstructed & { readonly pictureId: PictureId; readonly level: number },
  signal: AbortSignal,
): Promise<readonly Pixels[]> {
  const { pictureId, level, choice, grid, media } = wanted;
  const view = { levels: level, sizePx: choice.sizePx };
  if (!isClip(grid)) return [await engine.readPixels(pictureId, view, signal)];
  return framesIn(await engine.readFrames(pictureId, { ...view, fps: media.frames.fps }, signal));
}
