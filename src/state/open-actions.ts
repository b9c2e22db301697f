/** Opening a kept picture: it takes the place of the one that is shown, and its settings those of the next. */
import { secondsOf } from '../contract/clip';
import { EngineError } from '../contract/engine-error';
import { failureOf } from './failure';
import { manifestOf } from './model-state';
import type { Settings } from './settings';
import type { FileContent, StudioActions, StudioContext, StudioData } from './studio-state';
import type { View } from './view-actions';

/** What opening does to the rest of the page. */
export interface OpenHooks {
  readonly view: View;
  readonly change: (patch: Partial<Settings>) => void;
}

/** The open action, and what opens a file that came before the model was ready. */
export function createOpen(
  context: StudioContext,
  hooks: OpenHooks,
): Pick<StudioActions, 'open'> & { readonly openWaiting: () => void } {
  let waiting: FileContent | null = null;

  async function open(file: FileContent): Promise<void> {
    if (context.get().model.status === 'loading') {
      waiting = file;
      return;
    }
    try {
      await show(context, hooks, file);
    } catch (error) {
      const failure = failureOf(error, 'open');
      context.set({ failure, announcement: { type: 'failed', failure } });
    }
  }

  return {
    open,
    openWaiting() {
      const file = waiting;
      waiting = null;
      if (file) void open(file);
    },
  };
}

async function show(
  { engine, get, set }: StudioContext,
  { view, change }: OpenHooks,
  file: FileContent,
): Promise<void> {
  assertNoRun(get().run);
  const { pictureId, levelsInFile } = await engine.importLatent(
    new Uint8Array(await file.arrayBuffer()),
  );
  const info = await engine.describePicture(pictureId);
  const { run, picture: before } = get();
  if (run) await engine.dispose(pictureId);
  assertNoRun(run); // one may have begun while the file was read
  const { levelsDone, prompt, seed, steps, guidance, grid } = info;
  const manifest = manifestOf(get().model);
  const levelsMax = manifest?.config.levels ?? levelsDone;
  const seconds = secondsOf(grid, manifest?.config.kt ?? 1);
  view.cancel();
  set({
    picture: { ...info, levelsMax, timings: [] },
    shownLevels: levelsDone,
    isLookingBack: false,
    lastPreview: null,
    failure: null,
    announcement: { type: 'picture-opened', levels: levelsDone, levelsInFile },
  });
  change({ prompt, seed, steps, guidance, seconds: seconds === 0 ? null : Math.ceil(seconds) });
  view.refresh('run-ended');
  void view.redrawThumbnails();
  if (before) await engine.dispose(before.pictureId);
}

/** @throws {EngineError} BadRequest while a run is at work */
function assertNoRun(run: StudioData['run']): void {
  if (run === null) return;
  throw new EngineError(
    'BadRequest',
    'A picture is being made. Stop or discard it, then open the file again.',
  );
}
