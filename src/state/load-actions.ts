/** Loading the model, and what happens when its engine goes away. */
import type { BackendChoice, EngineLoss, LoadEvent } from '../contract/engine';
import { EngineError } from '../contract/engine-error';
import { failureOf } from './failure';
import { createLexicon } from './lexicon';
import { finishLoad, LOAD_STARTED, reduceLoad } from './model-state';
import type { StudioContext, StudioData } from './studio-state';

/** What is gone when an engine is replaced. */
const WITHOUT_PICTURE = {
  run: null,
  picture: null,
  drawn: null,
  isLookingBack: false,
  lastPreview: null,
  isDecoding: false,
  counters: null,
  memoryNotes: [],
} satisfies Partial<StudioData>;

/** What loading does besides the model itself. */
export interface LoadHooks {
  /** The model is ready. */
  readonly onReady: () => void;
  /** The engine was lost: nothing that was asked of it will be answered. */
  readonly onLost: () => void;
}

/** The load action. Loads one after the other: a second call while loading starts over. */
export function createLoad(
  context: StudioContext,
  hooks: LoadHooks,
): (backend?: BackendChoice) => Promise<void> {
  const { engine, options, get, set } = context;
  let abort: AbortController | null = null;

  engine.onLost((loss) => {
    hooks.onLost();
    set({ ...WITHOUT_PICTURE, engineGeneration: get().engineGeneration + 1, ...lostModel(loss) });
    // It was ended because the user cancelled: nothing is wrong that loading again would not mend.
    if (loss.reason === 'unresponsive') void load();
  });

  async function load(backend: BackendChoice = get().backend): Promise<void> {
    abort?.abort();
    const own = new AbortController();
    abort = own;
    const startMs = options.now();
    set({ ...WITHOUT_PICTURE, backend, model: LOAD_STARTED, failure: null });
    const onEvent = (event: LoadEvent): void => {
      const { model } = get();
      if (own.signal.aborted || model.status !== 'loading') return;
      set({ model: reduceLoad(model, event) });
      if (event.type === 'manifest-read')
        set({ lexicon: createLexicon(event.manifest.vocabulary) });
    };
    try {
      const info = await engine.load(get().bundleUrl, { backend }, own.signal, onEvent);
      const { model } = get();
      if (own.signal.aborted || model.status !== 'loading') return;
      set({
        model: finishLoad(model, info, options.now() - startMs),
        lexicon: createLexicon(info.manifest.vocabulary),
        announcement: { type: 'model-ready' },
      });
      hooks.onReady();
    } catch (error) {
      if (own.signal.aborted) return;
      const failure = failureOf(error, 'load');
      set({
        model: { status: 'failed', failure },
        isGenerateWaiting: false,
        announcement: { type: 'failed', failure },
      });
    }
  }
  return load;
}

function lostModel(loss: EngineLoss): Partial<StudioData> {
  const code = loss.reason === 'device-lost' ? 'DeviceLost' : 'EngineFailed';
  const failure = failureOf(new EngineError(code, loss.message), 'generate');
  return {
    model: { status: 'failed', failure },
    isGenerateWaiting: false,
    announcement: { type: 'failed', failure },
  };
}
