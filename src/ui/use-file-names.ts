import type { SizePx } from '../contract/grid';
import { factsOf, fileStem, type NameFacts } from '../state/file-names';
import { manifestOf } from '../state/model-state';
import type { StudioState } from '../state/studio-state';
import { useStudioStore } from './studio-context';

/** Names of the files that the picture is taken along as, without their endings, in the user's own template. */
export interface FileNames {
  readonly ofLatent: () => string;
  readonly ofPicture: (shown: { readonly levels: number } & SizePx) => string;
  readonly ofClip: (shown: {
    readonly levels: number;
    readonly sizePx: number;
    readonly fps: number;
  }) => string;
}

/** The file names of what is shown in the moment they are asked for. */
export function useFileNames(): FileNames {
  const store = useStudioStore();
  const named = (facts: NameFacts) => {
    const state = store.getState();
    return fileStem(state.settings.nameTemplate, { ...pictureFacts(state), ...facts });
  };
  return {
    ofLatent: () => named({}),
    ofPicture: ({ levels, widthPx, heightPx }) =>
      named({ level: `${levels}`, size: `${widthPx}x${heightPx}` }),
    ofClip: ({ levels, sizePx, fps }) =>
      named({ level: `${levels}`, size: `${sizePx}px`, fps: `${fps}` }),
  };
}

/** What a name can say of the picture that is shown; before there is one, of the next. */
export function pictureFacts({ picture, settings, model }: StudioState): NameFacts {
  const manifest = manifestOf(model);
  const next = {
    prompt: settings.prompt,
    seed: settings.seed,
    steps: settings.steps ?? manifest?.sampler.steps ?? 0,
    guidance: settings.guidance ?? manifest?.sampler.guidance ?? 0,
  };
  return factsOf(picture ?? next, { model: manifest?.id ?? null, at: new Date() });
}
