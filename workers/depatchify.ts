/** From what pixels look at to the colours of a frame, some patches at a time. Letters as in docs/graphs.md. */
import type { FramePlace } from '../src/contract/clip';
import { patchCount } from '../src/contract/grid';
import { mapTensors } from './context-cache';
import type { DecoderInputs } from './decoder-inputs';
import type { Model } from './model';
import type { FramePlan, PatchRange } from './pipeline/pixels';
import {
  batchPixels,
  frameLength,
  hasSharedCoordinates,
  patchBatches,
  splitRanges,
} from './pipeline/pixels';
import type { DeviceTensor, TensorMap } from './session-backend';
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

/** The colours (P, Q, 3) of one frame; the caller owns them. Null when `shouldStop` said so between two batches. */
export async function depatchify(
  { model, inputs }: Depatchifier,
  contexts: PixelContexts,
  { plan, place }: { readonly plan: FramePlan; readonly place: FramePlace },
  shouldStop: () => Promise<boolean>,
): Promise<DeviceTensor | null> {
  const { backend, graphs, manifest } = model;
  const pixels = plan.rows * plan.columns; // Q
  const patches = patchCount(plan.grid);
  const firstPatch = place.segment * patches;
  const contextOf = (patch: number): TensorMap => contexts.of(firstPatch + patch);
  const ranges = splitRanges(
    patchBatches(plan, batchPixels(plan, manifest.config)),
    (a, b) => contextOf(a) === contextOf(b),
  );
  const scope = new TensorScope(backend);
  const ropeOf = ropes(plan, ranges, (range) =>
    scope.addAll(inputs.pixelRope(plan, place.v, range)),
  );
  try {
    const frame = ranges.length === 1 ? null : scope.add(backend.allocate([patches, pixels, 3]));
    for (const [from, to] of ranges) {
      if (await shouldStop()) return null;
      const batch = new TensorScope(backend);
      try {
        const rope = ropeOf([from, to]);
        const ropeDims = [to - from, pixels, rope['rope_cos']!.dims[2]!];
        const rows = [firstPatch + from, firstPatch + to] as const;
        const { rgb } = await graphs.depatchify.run(
          {
            ...mapTensors(contextOf(from), (tensor) =>
              tensor.dims[0] === to - from ? tensor : batch.add(backend.slice(tensor, ...rows)),
            ),
            ...mapTensors(rope, (tensor) => backend.view(tensor, ropeDims)),
          },
          ['rgb'],
        );
        if (frame === null) return rgb!;
        backend.copyInto(frame, (from * frameLength(plan)) / patches, batch.add(rgb!));
      } finally {
        batch.dispose();
      }
    }
    return frame === null ? null : scope.hand(frame);
  } finally {
    scope.dispose();
  }
}

/** Tables of each range; one for all, as long as the longest, where every patch is asked for the same coordinates. */
function ropes(
  plan: FramePlan,
  ranges: readonly PatchRange[],
  make: (range: PatchRange) => TensorMap,
): (range: PatchRange) => TensorMap {
  if (!hasSharedCoordinates(plan)) return make;
  let shared: TensorMap | null = null;
  const longest = Math.max(...ranges.map(([from, to]) => to - from));
  return () => (shared ??= make([0, longest]));
}
