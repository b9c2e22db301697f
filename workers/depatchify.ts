/** From what pixels look at to the colours of a frame, or of some of its patches. Letters as in docs/graphs.md. */
import type { FramePlace } from '../src/contract/clip';
import { patchCount } from '../src/contract/grid';
import { mapTensors } from './context-cache';
import type { DecoderInputs } from './decoder-inputs';
import type { Model } from './model';
import type { FramePlan, PatchBatch, PatchRun } from './pipeline/pixels';
import {
  batchPixels,
  frameLength,
  hasSharedCoordinates,
  patchBatches,
  runsOf,
  splitRanges,
} from './pipeline/pixels';
import type { DeviceTensor, SessionBackend, TensorMap } from './session-backend';
import { valueCount } from './session-backend';
import { TensorScope } from './tensor-scope';

/** `pixel_ctx_k_j`, `pixel_ctx_v_j` of all patches, by the patch that looks: patches with equal levels share them. */
export interface PixelContexts {
  readonly of: (patch: number) => TensorMap;
}

/** A decoder's model and its small inputs. */
export interface Depatchifier {
  readonly model: Model;
  readonly inputs: DecoderInputs;
}

/** Which colours. */
export interface WantedFrame {
  readonly plan: FramePlan;
  readonly place: FramePlace;
}

/** The colours (P, Q, 3) of one frame; the caller owns them. Null when `shouldStop` said so between two batches. */
export async function depatchify(
  depatchifier: Depatchifier,
  contexts: PixelContexts,
  wanted: WantedFrame,
  shouldStop: () => Promise<boolean>,
): Promise<DeviceTensor | null> {
  const { backend, graphs } = depatchifier.model;
  const { plan } = wanted;
  const pixels = plan.rows * plan.columns; // Q
  const patches = patchCount(plan.grid);
  const batches = batchesOf(depatchifier, contexts, wanted);
  const scope = new TensorScope(backend);
  const ropeOf = ropes(depatchifier, { wanted, batches, scope });
  try {
    const frame = batches.length === 1 ? null : scope.add(backend.allocate([patches, pixels, 3]));
    for (const batch of batches) {
      if (await shouldStop()) return null;
      const ofBatch = new TensorScope(backend);
      try {
        const runs = placesOf(wanted, batch.patches);
        const context = contexts.of(runs[0]![0]);
        const { rgb } = await graphs.depatchify.run(
          {
            ...mapTensors(context, (tensor) => rowsOf(ofBatch, backend, { tensor, runs })),
            ...ropeOf(batch, ofBatch),
          },
          ['rgb'],
        );
        if (frame === null) return rgb!;
        const before = batch.patches[0] * pixels + batch.rows[0] * plan.columns;
        backend.copyInto(
          frame,
          (before * frameLength(plan)) / (patches * pixels),
          ofBatch.add(rgb!),
        );
      } finally {
        ofBatch.dispose();
      }
    }
    return frame === null ? null : scope.hand(frame);
  } finally {
    scope.dispose();
  }
}

/** Where patches of a plan are in the whole picture, which may be a clip. */
function placesOf({ plan, place }: WantedFrame, patches: PatchRun): PatchRun[] {
  const first = place.segment * plan.framePatches;
  return runsOf(plan, patches).map(([from, to]) => [first + from, first + to]);
}

/** The calls; the patches of one look at the same context. */
function batchesOf(
  { model: { manifest } }: Depatchifier,
  contexts: PixelContexts,
  wanted: WantedFrame,
): PatchBatch[] {
  const { plan } = wanted;
  const contextOf = (patch: number): TensorMap =>
    contexts.of(placesOf(wanted, [patch, patch + 1])[0]![0]);
  return patchBatches(plan, batchPixels(plan, manifest.config), manifest.config).flatMap((batch) =>
    splitRanges([batch.patches], (a, b) => contextOf(a) === contextOf(b)).map((patches) => ({
      ...batch,
      patches,
    })),
  );
}

/** Tables of a batch; one for all of the same rows, as long as the longest, where every patch is asked for the same. */
function ropes(
  { model: { backend }, inputs }: Depatchifier,
  {
    wanted: { plan, place },
    batches,
    scope,
  }: {
    readonly wanted: WantedFrame;
    readonly batches: readonly PatchBatch[];
    readonly scope: TensorScope;
  },
): (batch: PatchBatch, ofBatch: TensorScope) => TensorMap {
  if (!hasSharedCoordinates(plan)) {
    return (batch, ofBatch) => ofBatch.addAll(inputs.pixelRope(plan, place.v, batch));
  }
  const longest = Math.max(...batches.map(({ patches: [from, to] }) => to - from));
  const byFirstRow = new Map<number, TensorMap>();
  return ({ patches: [from, to], rows }) => {
    let rope = byFirstRow.get(rows[0]);
    rope ??= scope.addAll(inputs.pixelRope(plan, place.v, { patches: [0, longest], rows }));
    byFirstRow.set(rows[0], rope);
    return mapTensors(rope, (tensor) => backend.view(tensor, [to - from, ...tensor.dims.slice(1)]));
  };
}

/** Rows of axis 0, run after run; all of them are the tensor itself. */
function rowsOf(
  scope: TensorScope,
  backend: SessionBackend,
  { tensor, runs }: { readonly tensor: DeviceTensor; readonly runs: readonly PatchRun[] },
): DeviceTensor {
  const count = runs.reduce((sum, [from, to]) => sum + to - from, 0);
  if (tensor.dims[0] === count) return tensor;
  const [only] = runs;
  if (only !== undefined && runs.length === 1) return scope.add(backend.slice(tensor, ...only));
  const taken = scope.add(backend.allocate([count, ...tensor.dims.slice(1)]));
  let offset = 0;
  for (const run of runs) {
    const rows = backend.slice(tensor, ...run);
    backend.copyInto(taken, offset, rows);
    offset += valueCount(rows.dims);
    backend.dispose(rows);
  }
  return taken;
}
