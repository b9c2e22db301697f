/** Patches that are decoded alone, on the tiny model and the shipped one: in floats, before they are bytes. */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodeHost } from '../cli/node-host';
import { TINY } from '../cli/testing/engines';
import { largestDifference } from '../cli/testing/golden';
import type { FramePlace } from '../src/contract/clip';
import type { Grid, PatchRange } from '../src/contract/grid';
import { patchCount } from '../src/contract/grid';
import { PictureDecoder } from './decoder';
import { MemoryBudget } from './memory-budget';
import type { Model } from './model';
import { loadModel } from './model-loading';
import type { FramePlan } from './pipeline/pixels';
import { planFrame, planPatches } from './pipeline/pixels';

const NANO = fileURLToPath(new URL('../public/models/nano', import.meta.url));
const CASES = [
  { backend: 'native', bundleUrl: TINY },
  { backend: 'wasm', bundleUrl: TINY },
  { backend: 'native', bundleUrl: NANO },
] as const;
/** Two segments, so that a part of the second one is a part of the whole tensor twice. */
const GRID: Grid = { gt: 2, gh: 4, gw: 6 };
const PLACE: FramePlace = { segment: 1, v: 0.5 };
const PARTS: readonly PatchRange[] = [
  { fromRow: 1, toRow: 3, fromColumn: 2, toColumn: 5 },
  { fromRow: 3, toRow: 4, fromColumn: 5, toColumn: 6 },
  { fromRow: 2, toRow: 4, fromColumn: 0, toColumn: 6 },
  { fromRow: 0, toRow: 4, fromColumn: 0, toColumn: 1 },
];

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);

/** Counts the patches and pixels of every call of `depatchify`. */
function watchCalls(model: Model): { model: Model; calls: { patches: number; pixels: number }[] } {
  const calls: { patches: number; pixels: number }[] = [];
  const { depatchify } = model.graphs;
  const watched: typeof depatchify = {
    ...depatchify,
    run(feeds, wanted) {
      const [patches, pixels] = feeds['rope_cos']!.dims as [number, number];
      expect(feeds['pixel_ctx_k_0']!.dims[0]).toBe(patches);
      calls.push({ patches, pixels });
      return depatchify.run(feeds, wanted);
    },
  };
  return { model: { ...model, graphs: { ...model.graphs, depatchify: watched } }, calls };
}

describe.each(CASES)('patches alone ($backend, $bundleUrl)', ({ backend, bundleUrl }) => {
  let loaded: Model;
  let watched: ReturnType<typeof watchCalls>;
  let decoder: PictureDecoder;
  let uneven: PictureDecoder; // of other levels in each patch

  beforeAll(async () => {
    ({ model: loaded } = await loadModel(createNodeHost(backend), {
      bundleUrl,
      backend: 'auto',
      signal: new AbortController().signal,
      onEvent: () => undefined,
    }));
    watched = watchCalls(loaded);
    const { levels, latentDim } = loaded.manifest.config;
    const latents = Array.from({ length: levels }, (_level, level) => {
      const values = Float32Array.from({ length: patchCount(GRID) * latentDim }, (_value, i) =>
        Math.sin(i * 0.7 + level * 3 + i * i * 0.01),
      );
      return loaded.backend.upload(values, [1, patchCount(GRID), latentDim]);
    });
    const budget = new MemoryBudget(1e9, () => undefined);
    const counts = Array.from({ length: patchCount(GRID) }, (_, patch) => 1 + (patch % levels));
    decoder = new PictureDecoder(watched.model, { grid: GRID }, budget, latents);
    uneven = new PictureDecoder(watched.model, { grid: GRID, counts }, budget, latents);
  });
  afterAll(() => loaded.release());

  async function decoded(plan: FramePlan, by = decoder): Promise<Float32Array> {
    watched.calls.length = 0;
    const { levels } = loaded.manifest.config;
    const frame = await by.frame({ levels, plan }, PLACE, () => Promise.resolve(false));
    const values = await loaded.backend.download(frame!);
    loaded.backend.dispose(frame!);
    return values;
  }

  it.each([
    { p: 16, isUneven: false },
    { p: 64, isUneven: false },
    { p: 16, isUneven: true },
  ])(
    'have the colours that they have in the whole: $p px, uneven $isUneven',
    async ({ p, isUneven }) => {
      const by = isUneven ? uneven : decoder;
      const { config } = loaded.manifest;
      const sizePx = p * GRID.gh;
      const whole = await decoded(
        planFrame(GRID, sizePx, config.coordMode, config.pixelAttention),
        by,
      );
      const values = p * p * 3; // of a patch
      for (const part of PARTS) {
        const alone = await decoded(planPatches(GRID, part, sizePx, config), by);
        const { fromRow, toRow, fromColumn, toColumn } = part;
        let index = 0;
        for (let row = fromRow; row < toRow; row += 1) {
          for (let column = fromColumn; column < toColumn; column += 1) {
            const start = (row * GRID.gw + column) * values;
            const there = whole.subarray(start, start + values);
            const here = alone.subarray(index * values, (index + 1) * values);
            expect(Buffer.compare(bytesOf(here), bytesOf(there))).toBe(0); // bit for bit
            index += 1;
          }
        }
        expect(alone).toHaveLength(index * values);
        expect(watched.calls.reduce((sum, { patches }) => sum + patches, 0)).toBe(index);
      }
    },
  );

  it('are cut into rows of pixels when one is too large for a call', async () => {
    const { config } = loaded.manifest;
    const part = PARTS[1]!;
    // Three times the pixels on a side: every third one has the centre of a pixel of the smaller size.
    const [small, large] = [85, 255];
    const few = await decoded(planPatches(GRID, part, small * GRID.gh, config));
    const many = await decoded(planPatches(GRID, part, large * GRID.gh, config));
    expect(watched.calls.length).toBeGreaterThan(1);
    expect(Math.max(...watched.calls.map(({ pixels }) => pixels))).toBeLessThanOrEqual(32768);
    const shared = few.map((_, i) => {
      const [y, x] = [Math.floor(i / 3 / small), Math.floor(i / 3) % small];
      return many[((3 * y + 1) * large + 3 * x + 1) * 3 + (i % 3)]!;
    });
    expect(largestDifference(shared, few)).toBeLessThan(1e-5);
  });
});
