/** Drawing one latent in many ways, without generating anything. */
import { isEngineError } from '../contract/engine-error';
import { failureOf } from './failure';
import { createLatestOnly } from './latest-only';
import { outputsOf, withOutput, type Outputs } from './outputs-state';
import type { StudioActions, StudioContext } from './studio-state';

/** The actions on the many outputs of one picture. */
export function createOutputsActions(
  context: StudioContext,
): Pick<StudioActions, 'openOutputs' | 'closeOutputs'> {
  const { get, set } = context;
  const latest = createLatestOnly<Outputs>((outputs, signal) => draw(context, outputs, signal));
  return {
    openOutputs() {
      const { picture, run } = get();
      if (!picture || run) return;
      const outputs = outputsOf(picture.pictureId, picture.levelsDone);
      set({ outputs });
      latest.request(outputs);
    },
    closeOutputs() {
      latest.cancel();
      set({ outputs: null });
    },
  };
}

/** Small sizes first within a level, so that something is there soon. */
async function draw(
  { engine, get, set }: StudioContext,
  { pictureId, cells }: Outputs,
  signal: AbortSignal,
): Promise<void> {
  try {
    for (const [index, { levels, sizePx }] of cells.entries()) {
      const pixels = await engine.readPixels(pictureId, { levels, sizePx }, signal);
      const { outputs } = get();
      if (signal.aborted || outputs?.pictureId !== pictureId) return;
      set({ outputs: withOutput(outputs, index, pixels) });
    }
  } catch (error) {
    if (signal.aborted || isEngineError(error, 'Cancelled')) return;
    const failure = failureOf(error, 'show');
    set({ failure, announcement: { type: 'failed', failure } });
  }
}
