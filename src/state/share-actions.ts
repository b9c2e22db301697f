/** Links: to the picture that is shown, and what a link opens. */
import { EngineError } from '../contract/engine-error';
import { pictureFragment, readFragment, recipeFragment } from './carriers/share-link';
import { secondsSetting } from './clip-state';
import { manifestOf } from './model-state';
import { nearestAspect, type Settings } from './settings';
import type { StudioActions, StudioContext } from './studio-state';

/** The actions on links. */
export function createShareActions(
  { engine, get }: StudioContext,
  open: StudioActions['open'],
  change: (patch: Partial<Settings>) => void,
): Pick<StudioActions, 'shareFragment' | 'openFragment'> {
  return {
    async shareFragment() {
      const { picture, model } = get();
      if (!picture) {
        throw new EngineError('PictureNotFound', 'There is no picture yet. Generate one first.');
      }
      // Eight bits show the same to the eye, in half or a quarter of the letters.
      const fragment = pictureFragment(await engine.exportLatent(picture.pictureId, 'int8'));
      const { prompt, seed, grid, steps, guidance, levelsDone: levels } = picture;
      const seconds = secondsSetting(grid, manifestOf(model)?.config.kt ?? 1);
      const aspect = nearestAspect(grid);
      return fragment ?? recipeFragment({ prompt, seed, aspect, steps, guidance, levels, seconds });
    },
    async openFragment(fragment) {
      const shared = readFragment(fragment);
      if (shared?.kind === 'recipe') change(shared.settings);
      if (shared?.kind !== 'picture') return;
      await open({ arrayBuffer: () => Promise.resolve(shared.file.buffer) });
    },
  };
}
