/** Drawing one latent in many ways, without generating anything. */
import { isEngineError } from '../contract/engine-error';
import type { Pixels } from '../contract/engine';
import { readSegments } from './clip-reading';
import { failureOf } from './failure';
import { createLatestOnly } from './latest-only';
import { manifestOf } from './model-state';
import {
  clipOf,
  missingOutputs,
  outputsOf,
  withChoice,
  withOutput,
  type OutputCell,
  type Outputs,
} from './outputs-state';
import type { StudioActions, StudioContext } from './studio-state';

/** The actions on the many outputs of one picture. */
export function createOutputsActions(
  context: StudioContext,
): Pick<StudioActions, 'openOutputs' | 'chooseOutputs' | 'closeOutputs'> {
  const { get, set } = context;
  const latest = createLatestOnly<Outputs>((outputs, signal) => draw(context, outputs, signal));
  const show = (outputs: Outputs): void => {
    set({ outputs });
    latest.cancel();
    latest.request(outputs);
  };
  return {
    openOutputs() {
      const { picture, run, model } = get();
      const manifest = manifestOf(model);
      if (picture && manifest && !run) show(outputsOf(picture, manifest.config.kt));
    },
    chooseOutputs(choice) {
      const { outputs } = get();
      if (outputs) show(withChoice(outputs, { ...outputs, ...choice }));
    },
    closeOutputs() {
      latest.cancel();
      set({ outputs: null });
    },
  };
}

async function draw(context: StudioContext, wanted: Outputs, signal: AbortSignal): Promise<void> {
  const { get, set } = context;
  try {
    for (const cell of missingOutputs(wanted)) {
      const frames = await read(context, wanted, cell, signal);
      const { outputs } = get();
      if (signal.aborted || outputs?.pictureId !== wanted.pictureId) return;
      set({ outputs: withOutput(outputs, cell, frames) });
    }
  } catch (error) {
    if (signal.aborted || isEngineError(error, 'Cancelled')) return;
    const failure = failureOf(error, 'show');
    set({ failure, announcement: { type: 'failed', failure } });
  }
}

async function read(
  { engine }: StudioContext,
  outputs: Outputs,
  cell: OutputCell,
  signal: AbortSignal,
): Promise<readonly Pixels[]> {
  const clip = clipOf(outputs, cell);
  if (!clip) {
    const { levels, sizePx } = cell;
    return [await engine.readPixels(outputs.pictureId, { levels, sizePx }, signal)];
  }
  let frames: readonly Pixels[] = [];
  for await (const soFar of readSegments(engine, clip, outputs.grid.gt, signal)) frames = soFar;
  return frames;
}
