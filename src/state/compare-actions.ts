/** Comparing two views: one is pinned as pixels, the other is whatever the canvas shows. */
import type { StudioActions, StudioContext } from './studio-state';

/** The actions on the pinned view. */
export function createCompareActions(
  { get, set }: StudioContext,
  exportPixels: StudioActions['exportPixels'],
): Pick<StudioActions, 'pinView' | 'unpin' | 'setDivider'> {
  return {
    async pinView() {
      const { picture, shownLevels: levels } = get();
      const pixels = await exportPixels();
      set({ pinned: { pixels, levels, prompt: picture?.prompt ?? '' }, divider: 50 });
    },
    unpin: () => set({ pinned: null }),
    setDivider: (divider) => set({ divider: Math.max(0, Math.min(divider, 100)) }),
  };
}
