/** The exported graphs and the whole engine on the tiny model, against PyTorch. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNodeHost } from '../cli/node-host';
import { finished, loaded, realEngine, request, TINY } from '../cli/testing/engines';
import type { GoldenTensor } from '../cli/testing/golden';
import {
  goldenFloats,
  goldenIntegers,
  largestDifference,
  readGolden,
  relativeDifference,
} from '../cli/testing/golden';
import type { Frames } from '../src/contract/clip';
import type { ContextMode } from '../src/contract/engine';
import { parseManifest } from '../src/contract/manifest';
import { widenHalf } from './pipeline/half';
import { readDcsFile } from './dcs-file/dcs-file';
import type { GraphBytes } from './session-backend';

const TOLERANCE = 1e-4;
const BACKENDS = ['native', 'wasm'] as const;
const GRAPHS = readGolden('tiny-graphs.json');
const CHAIN = readGolden('tiny-chain.json');
const CLIP = readGolden('tiny-clip.json');
const COUNTS = readGolden('tiny-counts.json').cases;

async function graphBytes(name: string): Promise<GraphBytes> {
  const read = async (file: string): Promise<Uint8Array<ArrayBuffer>> =>
    new Uint8Array(await readFile(join(TINY, file)));
  const json: unknown = JSON.parse(await readFile(join(TINY, 'manifest.json'), 'utf8'));
  const { onnx, weights } = parseManifest(json).graphs[name as 'dit_step'];
  return {
    name,
    onnx: await read(onnx.file),
    weights: weights && {
      path: weights.externalName,
      bytes: new Uint8Array(widenHalf(await read(weights.file)).buffer),
    },
  };
}

/** Frames that hold these colours, which are those of whole bytes. */
function framesOf(rgb: GoldenTensor, fps: number): Frames {
  const [frameCount, height, width] = rgb.dims as [number, number, number, number];
  const colours = goldenFloats(rgb).map((value) => Math.round((value + 1) * 127.5));
  const rgba = Uint8ClampedArray.from({ length: (colours.length / 3) * 4 }, (_, i) =>
    i % 4 === 3 ? 255 : colours[Math.floor(i / 4) * 3 + (i % 4)]!,
  );
  return { fps, frameCount, width, height, rgba };
}

/** Every byte is the one that these colours give, or the next: floats near a half round either way. */
function expectColours(rgba: Uint8ClampedArray, rgb: GoldenTensor): void {
  const bytes = goldenFloats(rgb).map((value) => (value * 0.5 + 0.5) * 255);
  const wanted = Float32Array.from(Uint8ClampedArray.from(bytes));
  const found = Float32Array.from(rgba.filter((_, i) => i % 4 !== 3));
  expect(largestDifference(found, wanted)).toBeLessThanOrEqual(1);
}

describe.each(BACKENDS)('on %s', (kind) => {
  it.each(Object.keys(GRAPHS))('%s gives what PyTorch gives', async (name) => {
    const { backend } = await createNodeHost(kind).openBackend('auto', Promise.resolve(null));
    const session = await backend.createSession(await graphBytes(name));
    for (const { inputs, outputs } of GRAPHS[name]!) {
      const feeds = Object.fromEntries(
        Object.entries(inputs).map(([input, tensor]) => [
          input,
          backend.upload(
            tensor.type === 'int64' ? goldenIntegers(tensor) : goldenFloats(tensor),
            tensor.dims,
          ),
        ]),
      );
      const results = await session.run(feeds, Object.keys(outputs));
      for (const [output, wanted] of Object.entries(outputs)) {
        expect(results[output]?.dims).toEqual(wanted.dims);
        const found = await backend.download(results[output]!);
        expect(relativeDifference(found, goldenFloats(wanted)), output).toBeLessThan(TOLERANCE);
      }
    }
    await session.release();
  });

  it.each<ContextMode>(['clean-context', 'sync'])(
    'the engine generates what PyTorch generates (%s)',
    async (mode) => {
      const engine = await loaded(realEngine(kind));
      const { prompt, seed, steps, guidance, aspect, grid, ids, modes } = CHAIN;
      expect((await engine.readPrompt(prompt)).tokenCount).toBe(ids.length);
      const { zn, pictures } = modes[mode];
      const changes = { prompt, seed, steps, guidance, aspect, mode, levels: zn.length };
      const pictureId = finished(await engine.generate(request(changes), null, () => undefined));
      expect((await engine.describePicture(pictureId)).grid).toEqual(grid);
      const { latents } = readDcsFile(await engine.exportLatent(pictureId, 'float32'));
      const wanted = zn.flatMap((level) => [...goldenFloats(level)]);
      expect(relativeDifference(latents, Float32Array.from(wanted))).toBeLessThan(TOLERANCE);
      for (const { levels, shortSidePx, rgb } of pictures) {
        const view = { levels, sizePx: shortSidePx };
        const { rgba, width, height } = await engine.readPixels(pictureId, view, null);
        expect([height, width, 3]).toEqual(rgb.dims);
        expectColours(rgba, rgb);
      }
    },
  );

  it.each<ContextMode>(['clean-context', 'sync'])(
    'the engine generates the clip that PyTorch generates (%s)',
    async (mode) => {
      const engine = await loaded(realEngine(kind));
      const { prompt, seed, steps, guidance, aspect, grid, seconds, modes } = CLIP;
      const { zn, clips } = modes[mode];
      const changes = { prompt, seed, steps, guidance, aspect, seconds, mode, levels: zn.length };
      const pictureId = finished(await engine.generate(request(changes), null, () => undefined));
      expect((await engine.describePicture(pictureId)).grid).toEqual(grid);
      const { latents } = readDcsFile(await engine.exportLatent(pictureId, 'float32'));
      const wanted = zn.flatMap((level) => [...goldenFloats(level)]);
      expect(relativeDifference(latents, Float32Array.from(wanted))).toBeLessThan(TOLERANCE);
      for (const { levels, shortSidePx: sizePx, fps, rgb } of clips) {
        const frames = await engine.readFrames(pictureId, { levels, sizePx, fps }, null);
        const { frameCount, height, width, rgba } = frames;
        expect([frameCount, height, width, 3]).toEqual(rgb.dims);
        expectColours(rgba, rgb);
      }
    },
  );

  it.each(COUNTS)('patches with levels of their own are as in PyTorch ($grid)', async (golden) => {
    const engine = await loaded(realEngine(kind));
    const { fps, shortSidePx: sizePx, counts, seen, zn, rgb } = golden;
    const frames = framesOf(seen, fps);
    const isClip = golden.grid.gt > 1;
    const { pictureId, levelsDone } = isClip
      ? await engine.reconstructClip(frames, { sizePx, counts })
      : await engine.reconstruct(frames, { sizePx, counts });
    expect(levelsDone).toBe(Math.max(...counts));
    const { latents } = readDcsFile(await engine.exportLatent(pictureId, 'float32'));
    expect(relativeDifference(latents, goldenFloats(zn))).toBeLessThan(TOLERANCE);
    for (const [i, wanted] of rgb.entries()) {
      const view = { levels: i + 1, sizePx };
      const { rgba } = isClip
        ? await engine.readFrames(pictureId, { ...view, fps }, null)
        : await engine.readPixels(pictureId, view, null);
      expectColours(rgba, wanted);
    }
  });

  it('the engine encodes a clip as PyTorch does', async () => {
    const engine = await loaded(realEngine(kind));
    const { fps, shortSidePx: sizePx, rgb, zn } = CLIP.encoded;
    const { pictureId, grid } = await engine.reconstructClip(framesOf(rgb, fps), { sizePx });
    expect(grid).toEqual(CLIP.grid);
    const { latents } = readDcsFile(await engine.exportLatent(pictureId, 'float32'));
    expect(relativeDifference(latents, goldenFloats(zn))).toBeLessThan(TOLERANCE);
  });
});
