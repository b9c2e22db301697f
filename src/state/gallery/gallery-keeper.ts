/** Keeping pictures while they are made. */
import { isEngineError } from '../../contract/engine-error';
import type { KeptId, KeptPicture } from '../../contract/gallery';
import type { PictureId } from '../../contract/units';
import { levelsMaxOf, manifestOf } from '../model-state';
import type { StudioContext } from '../studio-state';
import { THUMBNAIL_PX } from '../view-actions';
import { withoutPicture, withPicture, type GalleryState } from './gallery-state';

/** What the runs use of the gallery. */
export interface GalleryKeeper {
  /** Keeps a picture as it is now. Resolves when that is done or has failed; failures land in the state. */
  keep(pictureId: PictureId, keptId: KeptId): Promise<void>;
  /** Forgets a picture that was kept while it was made. */
  forget(keptId: KeptId): Promise<void>;
  /** Resolves when nothing is being kept: only then may a picture go away. */
  idle(): Promise<void>;
}

/** Does one thing after another, so that the last state of a picture is the one that is kept. */
export function createGalleryKeeper(context: StudioContext): GalleryKeeper {
  const { options } = context;
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    last = last.then(work).catch((error: unknown) => reportGalleryProblem(context, error));
    return last;
  };
  return {
    keep(pictureId, keptId) {
      if (!options.gallery) return Promise.resolve();
      return inTurn(() => keepNow(context, pictureId, keptId));
    },
    forget(keptId) {
      const { gallery } = options;
      if (!gallery) return Promise.resolve();
      return inTurn(async () => {
        await gallery.remove(keptId);
        changeGallery(context, ({ pictures }) => ({ pictures: withoutPicture(pictures, keptId) }));
      });
    },
    idle: () => last,
  };
}

async function keepNow(
  context: StudioContext,
  pictureId: PictureId,
  keptId: KeptId,
): Promise<void> {
  const { engine, options, get } = context;
  const { gallery, nowMs } = options;
  const manifest = manifestOf(get().model);
  if (!gallery || !manifest) return;
  const info = await engine.describePicture(pictureId);
  const { levelsDone, prompt, seed, grid, steps, guidance, mode } = info;
  if (levelsDone === 0) return;
  const file = await engine.exportLatent(pictureId, 'float32');
  const view = { levels: levelsDone, sizePx: THUMBNAIL_PX };
  const thumbnail = await engine.readPixels(pictureId, view, null);
  const before = get().gallery.pictures.find((kept) => kept.keptId === keptId);
  const picture: KeptPicture = {
    ...{ keptId, prompt, seed, grid, levelsDone, steps, guidance, mode, thumbnail },
    createdAtMs: before?.createdAtMs ?? nowMs(),
    levelsMax: levelsMaxOf(info, manifest),
    isStarred: before?.isStarred ?? false,
    fileBytes: file.byteLength,
  };
  await gallery.put(picture, file);
  changeGallery(context, ({ pictures }) => ({
    pictures: withPicture(pictures, picture),
    problem: null,
  }));
  await refreshUsage(context);
}

/** A picture that is gone was discarded; anything else is worth a word, and no reason to stop. */
export function reportGalleryProblem(context: StudioContext, error: unknown): void {
  if (isEngineError(error, 'PictureNotFound') || isEngineError(error, 'ModelNotLoaded')) return;
  const problem = error instanceof Error ? error.message : String(error);
  changeGallery(context, () => ({ problem }));
}

/** Changes part of what the page knows of the gallery. */
export function changeGallery(
  { get, set }: StudioContext,
  patch: (gallery: GalleryState) => Partial<GalleryState>,
): void {
  const { gallery } = get();
  set({ gallery: { ...gallery, ...patch(gallery) } });
}

/** Asks how much is stored by now. */
export async function refreshUsage(context: StudioContext): Promise<void> {
  const usage = (await context.options.gallery?.usage()) ?? null;
  changeGallery(context, () => ({ usage }));
}
