/** Listing and deleting the model files that the browser keeps. */
import { failureOf } from './failure';
import type { StudioActions, StudioContext } from './studio-state';

/** The actions on kept model files. */
export function createModelFilesActions({
  options,
  set,
}: StudioContext): Pick<StudioActions, 'listModels' | 'removeModel'> {
  const list = async (): Promise<void> => {
    if (options.models) set({ keptModels: await options.models.list() });
  };
  return {
    // A list that cannot be read is a list of nothing: loading reports what is wrong with storage.
    listModels: () => list().catch(() => set({ keptModels: [] })),
    async removeModel(bundleUrl) {
      try {
        await options.models?.remove(bundleUrl);
        await list();
      } catch (error) {
        const failure = failureOf(error, 'keep');
        set({ failure, announcement: { type: 'failed', failure } });
      }
    },
  };
}
