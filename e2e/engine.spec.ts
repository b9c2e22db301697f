/**
 * The engine in a real worker of a real browser, on WASM and on WebGPU: the rules of workers/SPEC.md that only a browser
 * can show, and the whole chain against PyTorch.
 */
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { build } from 'vite';
import { createStaticServer, listen } from '../scripts/static-server.mjs';
import type { PictureId } from '../src/contract/units';
import { readDcsFile } from '../workers/dcs-file/dcs-file';

interface Tensor {
  readonly dims: readonly number[];
  readonly data: string;
}

interface Chain {
  readonly prompt: string;
  readonly seed: string;
  readonly steps: number;
  readonly guidance: number;
  readonly aspect: { readonly width: number; readonly height: number };
  readonly modes: Readonly<
    Record<
      'clean-context' | 'sync',
      {
        readonly zn: readonly Tensor[];
        readonly pictures: readonly {
          readonly levels: number;
          readonly shortSidePx: number;
          readonly rgb: Tensor;
        }[];
      }
    >
  >;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const BUILT = 'test-results/engine-page';
const TINY = '/public/models/tiny/';
const SHIPPED = '/public/models/nano/';
const CHAIN = JSON.parse(
  readFileSync(`${ROOT}training/tests/golden/tiny-chain.json`, 'utf8'),
) as Chain;
const TOLERANCES = { webgpu: 1e-3, wasm: 1e-4 };
/** Shaders of all graphs, on SwiftShader and a busy machine. */
const TIMEOUT_MS = 900_000;

test.describe.configure({ mode: 'serial', timeout: TIMEOUT_MS });

let server: Server;
let page: Page;
let pictureId: PictureId;

const backend = (): 'webgpu' | 'wasm' =>
  test.info().project.name === 'webgpu' ? 'webgpu' : 'wasm';
const floats = ({ data }: Tensor): Float32Array =>
  new Float32Array(new Uint8Array(Buffer.from(data, 'base64')).buffer);
const difference = (found: ArrayLike<number>, wanted: ArrayLike<number>): number => {
  expect(found.length).toBe(wanted.length);
  return Math.max(...Array.from(found, (value, i) => Math.abs(value - (wanted[i] ?? NaN))));
};

test.beforeAll(async ({ browser }) => {
  test.setTimeout(TIMEOUT_MS);
  await build({
    // Not the page's own settings, which make a service worker too.
    configFile: false,
    root: ROOT,
    base: './',
    worker: { format: 'es' },
    publicDir: false,
    logLevel: 'error',
    build: {
      outDir: BUILT,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      target: 'chrome123',
      rolldownOptions: { input: `${ROOT}e2e/engine/page.html` },
    },
  });
  server = createStaticServer(ROOT);
  const port = await listen(server, { host: '127.0.0.1', port: 0, searchOn: false });
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${String(port)}/${BUILT}/e2e/engine/page.html`);
});

test.afterAll(async () => {
  await page.close();
  server.close();
});

test('[LOAD7] loads on the backend that was asked for and says why not on another', async () => {
  const load = (choice: 'auto' | 'webgpu' | 'wasm'): Promise<unknown> =>
    page.evaluate(
      async ([bundleUrl, wanted]) => {
        const url = new URL(bundleUrl, location.href).href;
        try {
          const { manifest, ...info } = await probe.engine.load(
            url,
            { backend: wanted },
            null,
            () => undefined,
          );
          return { ...info, model: manifest.id };
        } catch (error) {
          return (error as Error).name;
        }
      },
      [TINY, choice] as const,
    );
  // SwiftShader computes on the CPU: `auto` knows better than to use it.
  const automatic = await load('auto');
  expect(automatic).toMatchObject({ backend: 'wasm', model: 'tiny' });
  const reason = backend() === 'webgpu' ? /computes on the CPU/ : /WebGPU is not available/;
  expect(automatic).toMatchObject({
    whyNotWebGpu: expect.stringMatching(reason),
    runtimeBuild: 'plain',
    threads: Math.min(4, await page.evaluate(() => navigator.hardwareConcurrency)),
  });
  if (backend() === 'wasm') {
    expect(await load('webgpu')).toBe('NoWebGpu');
    expect(await load('wasm')).toMatchObject({ backend: 'wasm' });
  } else {
    expect(await load('webgpu')).toMatchObject({ backend: 'webgpu', whyNotWebGpu: null });
  }
});

for (const mode of ['sync', 'clean-context'] as const) {
  test(`[PREV4] generates what PyTorch generates and reads nothing back (${mode})`, async () => {
    await page.evaluate((canvasId) => probe.addCanvas(canvasId), mode);
    const { prompt, seed, steps, guidance, aspect } = CHAIN;
    const { zn, pictures } = CHAIN.modes[mode];
    const request = { prompt, seed, steps, guidance, aspect, mode, levels: zn.length };
    const run = await page.evaluate(([asked, canvasId]) => probe.generate(asked, canvasId), [
      request,
      mode,
    ] as const);
    pictureId = run.pictureId;
    expect(run.previews).toBeGreaterThanOrEqual(zn.length);
    expect(run.readbacks).toBe(0);
    const file = await page.evaluate(
      async (id) => Array.from(await probe.engine.exportLatent(id, 'float32')),
      run.pictureId,
    );
    const wanted = zn.flatMap((level) => Array.from(floats(level)));
    if (mode === 'clean-context') {
      const scale = Math.max(...wanted.map(Math.abs));
      const { latents } = readDcsFile(Uint8Array.from(file));
      expect(difference(latents, wanted) / scale).toBeLessThan(TOLERANCES[backend()]);
    }
    const largest = pictures.filter(({ shortSidePx }) => shortSidePx === 16);
    for (const { levels, shortSidePx, rgb } of largest) {
      const pixels = await readPixels(run.pictureId, levels, shortSidePx);
      const colours = pixels.filter((_, i) => i % 4 !== 3);
      const target = Array.from(floats(rgb), (value) => (value * 0.5 + 0.5) * 255);
      expect(difference(colours, Uint8ClampedArray.from(target))).toBeLessThanOrEqual(1);
    }
    expect(await readPixels(run.pictureId, zn.length, 16)).toEqual(
      await page.evaluate((canvasId) => probe.shown(canvasId), mode),
    );
  });
}

test('[DEC2] draws on the canvas what it reads, at a size that is no multiple of the patches', async () => {
  const drawn = await page.evaluate(
    (id) => probe.engine.decode(id, { levels: 2, sizePx: 19, canvasId: 'sync' }, null),
    pictureId,
  );
  expect(drawn).toMatchObject({ status: 'drawn', widthPx: 38, heightPx: 19 });
  const shown = await page.evaluate(() => probe.shown('sync'));
  expect(difference(await readPixels(pictureId, 2, 19), shown)).toBeLessThanOrEqual(1);
});

test('[DEC7] draws some patches alone as they are in the whole', async () => {
  const p = 4; // pixels of a side of a patch; the picture has 4 rows of 8
  const patches = { fromRow: 1, toRow: 3, fromColumn: 2, toColumn: 7 };
  await page.evaluate(
    ([id, part]) =>
      probe.engine.decode(id, { levels: 3, sizePx: 16, patches: part, canvasId: 'sync' }, null),
    [pictureId, patches] as const,
  );
  const shown = await page.evaluate(() => probe.shown('sync'));
  const whole = await readPixels(pictureId, 3, 4 * p);
  const there = Array.from({ length: 2 * p }, (_, y) => {
    const start = ((p + y) * 8 * p + 2 * p) * 4;
    return whole.slice(start, start + 5 * p * 4);
  });
  expect(difference(shown, there.flat())).toBeLessThanOrEqual(backend() === 'webgpu' ? 1 : 0);
});

test('[ABORT1] ends a cancelled run soon, and the worker lives on', async () => {
  const run = await page.evaluate(async () => {
    const abort = new AbortController();
    const losses: string[] = [];
    const unwatch = probe.engine.onLost(({ reason }) => losses.push(reason));
    let abortedAtMs = 0;
    const request = { prompt: 'x', seed: '1', levels: 3, steps: 900 };
    const result = await probe.engine.generate(
      { ...request, aspect: { width: 1, height: 1 } },
      abort.signal,
      (event) => {
        if (event.type !== 'step-end' || event.step !== 2) return;
        abortedAtMs = performance.now();
        abort.abort();
      },
    );
    unwatch();
    return { result, losses, endedAfterMs: performance.now() - abortedAtMs };
  });
  expect(run.result).toEqual({ status: 'cancelled' });
  expect(run.losses).toEqual([]);
  expect(run.endedAfterMs).toBeLessThan(2000);
});

test('[MEM2] leaves nothing when its pictures are disposed of', async () => {
  const left = await page.evaluate(async () => {
    const { engine } = probe;
    for (const number of [1, 2, 3, 4, 5, 6]) {
      await engine.dispose(`picture-${String(number)}` as never).catch(() => undefined);
    }
    const { liveTensors, liveBytes, cacheBytes } = await engine.counters();
    return { liveTensors, liveBytes, cacheBytes };
  });
  expect(left).toEqual({ liveTensors: 0, liveBytes: 0, cacheBytes: 0 });
});

test('the shipped model draws on WebGPU what it draws on WASM', async () => {
  test.skip(backend() === 'wasm', 'compares the two backends');
  const draw = (choice: 'webgpu' | 'wasm'): Promise<number[]> =>
    page.evaluate(
      async ([bundleUrl, wanted]) => {
        const { engine } = probe;
        await engine.load(
          new URL(bundleUrl, location.href).href,
          { backend: wanted },
          null,
          () => undefined,
        );
        // Level 1 in two steps without guidance, at the smallest size: SwiftShader needs most of a minute for a step.
        const request = { prompt: 'red apple on a light blue background', seed: '1', steps: 2 };
        const run = await engine.generate(
          { ...request, guidance: 1, levels: 1, aspect: { width: 1, height: 1 } },
          null,
          () => undefined,
        );
        if (run.status !== 'finished') throw new Error(`the run was ${run.status}`);
        const { rgba } = await engine.readPixels(run.pictureId, { levels: 1, sizePx: 16 }, null);
        await engine.dispose(run.pictureId);
        return Array.from(rgba);
      },
      [SHIPPED, choice] as const,
    );
  const onGpu = await draw('webgpu');
  expect(difference(onGpu, await draw('wasm'))).toBeLessThanOrEqual(1);
  expect(new Set(onGpu).size).toBeGreaterThan(16);
});

function readPixels(id: PictureId, levels: number, sizePx: number): Promise<number[]> {
  return page.evaluate(
    async ([picture, view]) =>
      Array.from((await probe.engine.readPixels(picture, view, null)).rgba),
    [id, { levels, sizePx }] as const,
  );
}
