/** A newer version of the page that waits. */
import type { StudioActions, StudioContext } from './studio-state';

/** The actions on versions of the page. */
export function createVersionActions({
  options,
  set,
}: StudioContext): Pick<StudioActions, 'watchVersions' | 'takeNewVersion'> {
  return {
    watchVersions: () => options.versions?.watch(() => set({ isNewVersionReady: true })),
    takeNewVersion: async () => options.versions?.takeNewVersion(),
  };
}
