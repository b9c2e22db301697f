/** Choosing among models, adding and deleting them. */
import { EngineError } from '../contract/engine-error';
import { failureOf } from './failure';
import { readChosenModel, writeChosenModel } from './model-choice';
import type { ModelShelf, StudioActions, StudioContext } from './studio-state';

/** Nothing is being added, and nobody looks. */
export const CLOSED_SHELF: ModelShelf = { isOpen: false, isAdding: false, problem: null };

/** The actions on models. */
export function createModelFilesActions(
  context: StudioContext,
  load: () => Promise<void>,
): Pick<
  StudioActions,
  | 'openModels'
  | 'closeModels'
  | 'listModels'
  | 'weighClips'
  | 'useModel'
  | 'addModelAddress'
  | 'addModelFolder'
  | 'removeModel'
> {
  const { options, set } = context;
  const { show, list, attempt } = createShelf(context);
  const use = async (bundleUrl: string): Promise<void> => {
    assertNoRun(context);
    writeChosenModel(options.storage, bundleUrl);
    set({ bundleUrl });
    show({ isOpen: false }); // what comes next is said where the picture is
    await load();
    await list();
  };
  const add = (work: () => Promise<string> | undefined): Promise<void> =>
    attempt(async () => {
      show({ isOpen: true, isAdding: true });
      const bundleUrl = await work()?.finally(() => show({ isAdding: false }));
      await list();
      if (bundleUrl !== undefined) await use(bundleUrl);
    });
  return {
    openModels: () => show({ ...CLOSED_SHELF, isOpen: true }),
    closeModels: () => show({ isOpen: false }),
    // A list that cannot be read is a list of nothing: loading reports what is wrong with storage.
    listModels: () => list().catch(() => set({ keptModels: [] })),
    weighClips: () => weighClips(context),
    useModel: (bundleUrl) => attempt(() => use(bundleUrl)),
    addModelAddress: (address) => add(() => options.models?.addAddress(address)),
    addModelFolder: (files) => add(() => options.models?.addFolder(files)),
    removeModel: (bundleUrl) =>
      attempt(async () => {
        await options.models?.remove(bundleUrl);
        // The next visit opens the shipped model in place of one that is no longer known.
        if (readChosenModel(options.storage) === bundleUrl) writeChosenModel(options.storage, '');
        await list();
      }),
  };
}

async function weighClips({ options, set }: StudioContext): Promise<void> {
  const { clipsUrl, models } = options;
  if (clipsUrl === null || models === null) return;
  // Without a network nothing can be fetched either: changing the model says so.
  const bytes = await models.missingBytes(clipsUrl).catch(() => 0);
  set({ clipsBytes: bytes === 0 ? null : bytes });
}

/** What the dialog shows. */
function createShelf({ options, get, set }: StudioContext): {
  readonly show: (patch: Partial<ModelShelf>) => void;
  readonly list: () => Promise<void>;
  /** Does something that may fail, and says why in the dialog, where it was asked for. */
  readonly attempt: (work: () => Promise<void>) => Promise<void>;
} {
  const show = (patch: Partial<ModelShelf>): void => set({ models: { ...get().models, ...patch } });
  return {
    show,
    async list() {
      if (options.models) set({ keptModels: await options.models.list() });
    },
    async attempt(work) {
      show({ problem: null });
      try {
        await work();
      } catch (error) {
        show({ problem: failureOf(error, 'keep').message });
      }
    },
  };
}

/** @throws {EngineError} BadRequest while a run is at work */
function assertNoRun({ get }: StudioContext): void {
  if (get().run === null) return;
  throw new EngineError(
    'BadRequest',
    'A picture is being made. Stop or discard it, then change the model.',
  );
}
