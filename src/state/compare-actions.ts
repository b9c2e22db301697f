/** Comparing two views: one is pinned, the other is whatever the canvas shows. */
import type { Engine } from '../contract/engine';
import type { PinnedView } from './picture-state';
import { shownClip, shownFrame } from './clip-view';
import type { StudioActions, StudioContext } from './studio-state';

/** The actions on the pinned view. */
export function createCompareActions(
  { engine, get, set }: StudioContext,
  exportPixels: StudioActions['exportPixels'],
): Pick<StudioActions, 'pinView' | 'unpin' | 'setDivider' | 'setCompareLayout'> {
  const pin = (pinned: PinnedView | null): void => {
    const before = get().pinned;
    set({ pinned, divider: 50 });
    if (before?.copy) engine.dispose(before.copy.pictureId).catch(() => undefined); // gone already
  };
  return {
    async pinView() {
      const { picture, shownLevels: levels } = get();
      const clip = shownClip(get());
      const index = shownFrame(get());
      const frame = clip && index !== null ? { index, fps: clip.fps } : null;
      const pixels = await exportPixels();
      const copy = picture && (await copyOf(engine, picture.pictureId));
      pin({ pixels, levels, prompt: picture?.prompt ?? '', frame, copy });
    },
    unpin: () => pin(null),
    setDivider: (divider) => set({ divider: Math.max(0, Math.min(divider, 100)) }),
    setCompareLayout: (compareLayout) => set({ compareLayout }),
  };
}

/** A picture of its own with the same latent, so that the view can be drawn again when the picture has gone. */
async function copyOf(
  engine: Engine,
  pictureId: Parameters<Engine['exportLatent']>[0],
): Promise<PinnedView['copy']> {
  const copy = await engine.importLatent(await engine.exportLatent(pictureId, 'float32'));
  return { pictureId: copy.pictureId, grid: copy.grid };
}
