/** What the settings ask for: the next pictures, each with its seed. */
import { wantedSeconds } from './clip-state';
import { manifestOf } from './model-state';
import type { QueuedPicture } from './queue-state';
import { aspectOf, shiftSeed } from './settings';
import type { StudioContext } from './studio-state';

/**
 * As many pictures as the settings say. A seed that was used already is replaced unless it is locked; of several
 * pictures the others take the seeds that follow it if it is locked, random ones if not.
 */
export function nextPictures({ get, options }: StudioContext): QueuedPicture[] {
  const { settings, picture, run: atWork, model, queue } = get();
  const manifest = manifestOf(model);
  const levelsMax = manifest?.config.levels ?? 1;
  const { prompt, steps, guidance, count, isSeedLocked } = settings;
  const isUsed =
    picture?.seed === settings.seed ||
    atWork?.seed === settings.seed ||
    queue.some((run) => run.kind === 'generate' && run.request.seed === settings.seed);
  const first = isUsed && !isSeedLocked ? options.randomSeed() : settings.seed;
  const seedOf = (index: number): string => {
    if (index === 0) return first;
    return isSeedLocked ? shiftSeed(first, BigInt(index)) : options.randomSeed();
  };
  return Array.from({ length: count }, (_, index) => ({
    kind: 'generate',
    queueId: options.newId(),
    request: {
      prompt,
      seed: seedOf(index),
      levels: Math.min(settings.levels ?? levelsMax, levelsMax),
      aspect: aspectOf(settings.aspect),
      ...(manifest && wantedSeconds(settings, manifest)),
      ...(steps === null ? {} : { steps }),
      ...(guidance === null ? {} : { guidance }),
    },
  }));
}
