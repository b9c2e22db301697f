/** What can be done with kept pictures. */
import type { KeptId, KeptPicture } from '../../contract/gallery';
import { secondsSetting } from '../clip-state';
import { failureOf } from '../failure';
import { manifestOf } from '../model-state';
import { nearestAspect, type Settings } from '../settings';
import type { StudioActions, StudioContext } from '../studio-state';
import { changeGallery, refreshUsage, reportGalleryProblem } from './gallery-keeper';
import { withoutPicture, withPicture, type RecallPart } from './gallery-state';

type GalleryActions = Pick<
  StudioActions,
  'listKept' | 'recall' | 'star' | 'removeKept' | 'restoreRemoved' | 'forgetRemoved'
>;

/** The actions on kept pictures. */
export function createGalleryActions(
  context: StudioContext,
  applySettings: (patch: Partial<Settings>) => void,
): GalleryActions {
  const { get } = context;
  const guarded = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      const failure = failureOf(error, 'keep');
      context.set({ failure, announcement: { type: 'failed', failure } });
    }
  };
  return {
    listKept: () => list(context),
    recall(keptId, what) {
      const picture = find(context, keptId);
      const kt = manifestOf(get().model)?.config.kt ?? 1;
      if (picture) applySettings(recalled(picture, what, kt));
    },
    star: (keptId, isStarred) => guarded(star(context, keptId, isStarred)),
    removeKept: (keptId) => guarded(remove(context, keptId)),
    restoreRemoved: () => guarded(restore(context)),
    forgetRemoved: () => changeGallery(context, () => ({ removed: null })),
  };
}

function find({ get }: StudioContext, keptId: KeptId): KeptPicture | undefined {
  return get().gallery.pictures.find((kept) => kept.keptId === keptId);
}

async function list(context: StudioContext): Promise<void> {
  const { gallery } = context.options;
  if (!gallery) return;
  try {
    const pictures = await gallery.list();
    changeGallery(context, (now) => ({ pictures: pictures.reduce(withPicture, now.pictures) }));
    await refreshUsage(context);
  } catch (error) {
    reportGalleryProblem(context, error);
  }
}

async function star(context: StudioContext, keptId: KeptId, isStarred: boolean): Promise<void> {
  const picture = find(context, keptId);
  if (!picture) return;
  const next = { ...picture, isStarred };
  await context.options.gallery?.put(next, null);
  changeGallery(context, ({ pictures }) => ({ pictures: withPicture(pictures, next) }));
}

async function remove(context: StudioContext, keptId: KeptId): Promise<void> {
  const { gallery } = context.options;
  const picture = find(context, keptId);
  if (!picture || !gallery) return;
  const file = await gallery.readFile(keptId);
  await gallery.remove(keptId);
  changeGallery(context, ({ pictures }) => ({
    pictures: withoutPicture(pictures, keptId),
    removed: { picture, file },
  }));
  await refreshUsage(context);
}

async function restore(context: StudioContext): Promise<void> {
  const { removed } = context.get().gallery;
  if (!removed) return;
  await context.options.gallery?.put(removed.picture, removed.file);
  changeGallery(context, ({ pictures }) => ({
    pictures: withPicture(pictures, removed.picture),
    removed: null,
  }));
  await refreshUsage(context);
}

function recalled(picture: KeptPicture, what: RecallPart, kt: number): Partial<Settings> {
  const { prompt, seed, steps, guidance, grid } = picture;
  switch (what) {
    case 'prompt':
      return { prompt };
    case 'seed':
      return { seed, isSeedLocked: true };
    case 'settings':
      return {
        ...{ prompt, seed, isSeedLocked: true, steps, guidance },
        aspect: nearestAspect(grid),
        seconds: secondsSetting(grid, kt),
      };
  }
}
