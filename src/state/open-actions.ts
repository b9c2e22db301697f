/** Opening a kept picture: it takes the place of the one that is shown, and its settings those of the next. */
import type { ImportedPicture } from '../contract/engine';
import { EngineError } from '../contract/engine-error';
import type { KeptId } from '../contract/gallery';
import { carriesLatent, latentIn } from './carriers/carried-latent';
import { secondsSetting } from './clip-state';
import { failureOf } from './failure';
import type { GalleryKeeper } from './gallery/gallery-keeper';
import { mediaWants } from './lab/media-wants';
import type { Media } from './lab/lab-state';
import { mediaTypeOf } from './lab/media-type';
import { levelsMaxOf, manifestOf } from './model-state';
import type { Settings } from './settings';
import type { StudioActions, StudioContext, StudioData } from './studio-state';
import type { View } from './view-actions';

/** What opening does to the rest of the page. */
export interface OpenHooks {
  readonly view: View;
  readonly keeper: GalleryKeeper;
}

/** Where a picture comes from. */
interface PictureSource {
  readonly read: () => Promise<Uint8Array<ArrayBuffer>>;
  /** Its name in the gallery; null for a file. */
  readonly keptId: KeptId | null;
}

/** The open actions, and what opens a picture that was asked for before the model was ready. */
export function createOpen(
  context: StudioContext,
  hooks: OpenHooks & { readonly openLab: (media: Media) => void },
  change: (patch: Partial<Settings>) => void,
): Pick<StudioActions, 'open' | 'openKept'> & { readonly openWaiting: () => void } {
  let waiting: (() => Promise<void>) | null = null;

  async function open(show: () => Promise<void>): Promise<void> {
    if (context.get().model.status === 'loading') {
      waiting = show;
      return;
    }
    try {
      await show();
    } catch (error) {
      const failure = failureOf(error, 'open');
      context.set({ failure, announcement: { type: 'failed', failure } });
    }
  }

  const openPicture = async (source: PictureSource): Promise<void> => {
    const picture = await showPicture(context, hooks, source);
    change(settingsOf(context.get(), picture));
  };
  return {
    open: (file) =>
      open(async () => {
        const bytes = new Uint8Array(await file.arrayBuffer());
        const media = await mediaIn(context, bytes, file.name ?? '');
        if (media) hooks.openLab(media);
        else await openPicture({ read: () => Promise.resolve(latentIn(bytes)), keptId: null });
      }),
    openKept: (keptId) => open(() => openPicture(keptSource(context, keptId))),
    openWaiting() {
      const show = waiting;
      waiting = null;
      if (show) void open(show);
    },
  };
}

/** A photo or clip that carries no latent of ours; null for any other file. */
async function mediaIn(
  { get, options }: StudioContext,
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
): Promise<Media | null> {
  const manifest = manifestOf(get().model);
  if (!options.readMedia || !manifest || mediaTypeOf(bytes) === null || carriesLatent(bytes)) {
    return null;
  }
  return await options.readMedia(bytes, name.replace(/\.[^.]*$/, ''), mediaWants(manifest));
}

/** A picture of the gallery. */
export function keptSource({ options }: StudioContext, keptId: KeptId): PictureSource {
  return {
    keptId,
    async read() {
      const file = await options.gallery?.readFile(keptId);
      if (file) return file;
      throw new EngineError(
        'PictureNotFound',
        'The file of this picture is no longer in the browser. Another tab may have removed it.',
      );
    },
  };
}

/**
 * Puts a picture from outside in the place of the one that is shown.
 *
 * @throws {EngineError} when it cannot be read, or BadRequest while a run is at work; the picture that was shown stays
 */
export async function showPicture(
  { engine, get, set }: StudioContext,
  { view, keeper }: OpenHooks,
  { read, keptId }: PictureSource,
): Promise<ImportedPicture> {
  assertNoRun(get().run);
  const imported = await engine.importLatent(await read());
  const { levelsInFile, pictureId } = imported;
  const info = await engine.describePicture(pictureId);
  const { run, picture: before } = get();
  if (run) await engine.dispose(pictureId);
  assertNoRun(run); // one may have begun while the file was read
  const levelsMax = levelsMaxOf(info, manifestOf(get().model));
  view.cancel();
  set({
    picture: { ...info, levelsMax, keptId, timings: [] },
    shownLevels: info.levelsDone,
    isLookingBack: false,
    lastPreview: null,
    failure: null,
    announcement: { type: 'picture-opened', levels: info.levelsDone, levelsInFile },
  });
  view.refresh('run-ended');
  void view.redrawThumbnails();
  if (before) {
    await keeper.idle();
    await engine.dispose(before.pictureId);
  }
  return imported;
}

function settingsOf({ model }: StudioData, picture: ImportedPicture): Partial<Settings> {
  const { prompt, seed, steps, guidance, grid } = picture;
  const seconds = secondsSetting(grid, manifestOf(model)?.config.kt ?? 1);
  return { prompt, seed, steps, guidance, seconds };
}

/** @throws {EngineError} BadRequest while a run is at work */
function assertNoRun(run: StudioData['run']): void {
  if (run === null) return;
  throw new EngineError(
    'BadRequest',
    'A picture is being made. Stop or discard it, then open the file again.',
  );
}
