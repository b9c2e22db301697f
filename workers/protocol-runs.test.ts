import { beforeAll, describe, expect, it } from 'vitest';
import {
  ENGINES,
  finished,
  generated,
  loaded,
  pixelsOf,
  request,
  TestCanvas,
  TINY,
} from '../cli/testing/engines';
import type { Engine, GenerateRequest, LoadEvent, RunEvent } from '../src/contract/engine';
import type { PictureId } from '../src/contract/units';

const NO_PICTURE = 'picture-of-nobody' as PictureId;
const ignore = (): undefined => undefined;

describe.each(ENGINES)('runs of $name', ({ create }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await loaded(create());
  });

  it('[LOAD1] rejects calls before a model is loaded', async () => {
    const own = create();
    const notLoaded = { name: 'ModelNotLoaded' };
    await expect(own.generate(request(), null, ignore)).rejects.toMatchObject(notLoaded);
    await expect(own.readPrompt('a')).rejects.toMatchObject(notLoaded);
    await expect(own.stop('now')).rejects.toMatchObject(notLoaded);
    await expect(own.counters()).rejects.toMatchObject(notLoaded);
    await expect(own.dispose(NO_PICTURE)).rejects.toMatchObject(notLoaded);
    await own.attachCanvas('main', new TestCanvas());
    await own.unload();
  });

  it('[LOAD2] reports the manifest, growing bytes, the backend and each graph', async () => {
    const events: LoadEvent[] = [];
    const info = await create().load(TINY, { backend: 'auto' }, null, (event) => {
      events.push(event);
    });
    expect(events[0]).toEqual({ type: 'manifest-read', manifest: info.manifest });
    const progress = events.filter((event) => event.type === 'model-load-progress');
    const sizes = progress.map(({ loadedBytes }) => loadedBytes);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes.at(-1)).toBe(progress.at(-1)?.totalBytes);
    const { backend, whyNotWebGpu } = info;
    expect(events).toContainEqual({ type: 'backend-chosen', backend, whyNotWebGpu });
    const compiled = events.flatMap((event) => (event.type === 'compile-end' ? event.graph : []));
    const started = events.flatMap((event) => (event.type === 'compile-start' ? event.graph : []));
    expect(compiled).toEqual(started);
    expect(compiled.length).toBeGreaterThan(0);
  });

  it('[LOAD3] [LOAD8] forgets its pictures when it loads again or unloads', async () => {
    const own = await loaded(create());
    const pictureId = await generated(own);
    await loaded(own);
    await expect(own.describePicture(pictureId)).rejects.toMatchObject({
      name: 'PictureNotFound',
    });
    await own.unload();
    await expect(own.describePicture(pictureId)).rejects.toMatchObject({
      name: 'ModelNotLoaded',
    });
  });

  it('[LOAD4] can be cancelled while loading, and loaded after that', async () => {
    const own = create();
    const abort = new AbortController();
    const loading = own.load(TINY, { backend: 'auto' }, abort.signal, () => abort.abort());
    await expect(loading).rejects.toMatchObject({ name: 'Cancelled' });
    await loaded(own);
    await generated(own);
  });

  it('[GEN1] reports a run in order', async () => {
    const events: RunEvent[] = [];
    const result = await engine.generate(request({ levels: 2, steps: 3 }), null, (event) => {
      events.push(event);
    });
    const steps = ['step-end', 'step-end', 'step-end'];
    expect(events.map(({ type }) => type)).toEqual([
      'run-start',
      'prompt-read',
      ...['level-start', ...steps, 'level-end'],
      ...['level-start', ...steps, 'level-end'],
      'run-end',
    ]);
    const started = events[0]?.type === 'run-start' ? events[0] : null;
    expect(started).toMatchObject({ fromLevel: 1, toLevel: 2, pictureId: finished(result) });
    expect(result).toMatchObject({ status: 'finished', levelsDone: 2 });
    if (result.status !== 'cancelled') {
      expect(result.timings.levels.map(({ level }) => level)).toEqual([1, 2]);
    }
    const places = events.flatMap((event) =>
      event.type === 'step-end' ? [[event.level, event.step, event.steps]] : [],
    );
    expect(places).toEqual([
      [1, 1, 3],
      [1, 2, 3],
      [1, 3, 3],
      [2, 1, 3],
      [2, 2, 3],
      [2, 3, 3],
    ]);
  });

  it('[GEN2] gives the same pixels for the same request, and others for another seed', async () => {
    const pixels = async (seed: string): Promise<string> =>
      pixelsOf(engine, await generated(engine, { seed }), 3);
    const first = await pixels('18446744073709551615');
    expect(await pixels('-1')).toBe(first); // the same 64 bits
    expect(await pixels('18446744073709551614')).not.toBe(first);
  });

  it('[GEN3] gives the picture the shape of the aspect', async () => {
    const pictureId = await generated(engine, { aspect: { width: 1, height: 2 }, levels: 1 });
    const { grid } = await engine.describePicture(pictureId);
    expect(grid.gh).toBe(2 * grid.gw);
    const { width, height } = await engine.readPixels(pictureId, { levels: 1, sizePx: 32 }, null);
    expect([width, height]).toEqual([32, 64]);
  });

  it.each<[string, Partial<GenerateRequest>]>([
    ['levels', { levels: 0 }],
    ['levels', { levels: 99 }],
    ['levels', { levels: 1.5 }],
    ['steps', { steps: 0 }],
    ['guidance', { guidance: NaN }],
    ['aspect.width', { aspect: { width: 0, height: 1 } }],
    ['aspect.height', { aspect: { width: 1, height: Infinity } }],
    ['seed', { seed: 'seven' }],
    ['previews[0].sizePx', { previews: [{ canvasId: 'main', sizePx: 4 }] }],
  ])('[GEN4] rejects a bad %s (%j)', async (field, changes) => {
    await engine.attachCanvas('main', new TestCanvas());
    const { sessionRuns } = await engine.counters();
    const run = engine.generate(request(changes), null, ignore);
    const message = expect.stringContaining(field) as string;
    await expect(run).rejects.toMatchObject({ name: 'BadRequest', message });
    expect((await engine.counters()).sessionRuns).toBe(sessionRuns);
  });

  it('[GEN5] [ABORT4] runs one after another; a waiting one can be cancelled', async () => {
    const order: string[] = [];
    const abort = new AbortController();
    const start = (name: string, signal: AbortSignal | null): ReturnType<typeof engine.generate> =>
      engine.generate(request({ levels: 1 }), signal, ({ type }) => order.push(`${name} ${type}`));
    const runs = [start('a', null), start('b', abort.signal), start('c', null)];
    abort.abort();
    const results = await Promise.all(runs);
    expect(results.map(({ status }) => status)).toEqual(['finished', 'cancelled', 'finished']);
    expect(order.indexOf('c run-start')).toBeGreaterThan(order.indexOf('a run-end'));
    expect(order.some((event) => event.startsWith('b'))).toBe(false);
  });

  it.each([
    ['empty', ''],
    ['very long', 'apple '.repeat(1667)],
    ['emoji', '\u{1F34E}\u{1F469}\u200D\u{1F680}'],
    ['control characters', 'red\u0000\u0007\napple\u001B[31m'],
    ['half of a pair', 'apple \uD83C'],
  ])('[GEN6] accepts a prompt that is %s', async (_kind, prompt) => {
    const reading = await engine.readPrompt(prompt);
    const events: RunEvent[] = [];
    await generated(engine, { prompt, levels: 1, steps: 1 }, (event) => events.push(event));
    expect(events).toContainEqual({ type: 'prompt-read', ...reading });
    expect(reading.tokenCount).toBeGreaterThan(0);
    expect(reading.truncatedTokens > 0).toBe(prompt.length > 1000);
  });

  it('[GEN7] counts time up and the estimate down to 0', async () => {
    const steps: (RunEvent & { type: 'step-end' })[] = [];
    await generated(engine, {}, (event) => {
      if (event.type === 'step-end') steps.push(event);
    });
    const elapsed = steps.map(({ elapsedMs }) => elapsedMs);
    expect(elapsed).toEqual([...elapsed].sort((a, b) => a - b));
    expect(steps.every(({ etaMs }) => etaMs >= 0)).toBe(true);
    expect(steps.at(-1)?.etaMs).toBe(0);
  });

  it('[PREV1] draws every level on its canvases', async () => {
    const main = new TestCanvas();
    const thumbnail = new TestCanvas();
    await engine.attachCanvas('main', main);
    await engine.attachCanvas('thumbnail', thumbnail);
    const drawn: (RunEvent & { type: 'preview-ready' })[] = [];
    const previews = [
      { canvasId: 'main', sizePx: 48 },
      { canvasId: 'thumbnail', sizePx: 16, onlyLevel: 2 },
    ];
    const pictureId = await generated(
      engine,
      { previews, aspect: { width: 2, height: 1 } },
      (event) => {
        if (event.type === 'preview-ready') drawn.push(event);
      },
    );
    const finishedLevels = (canvasId: string): number[] =>
      drawn.flatMap((event) =>
        event.canvasId === canvasId && event.isLevelFinished ? event.level : [],
      );
    expect(finishedLevels('main')).toEqual([1, 2, 3]);
    expect(finishedLevels('thumbnail')).toEqual([2]);
    expect(thumbnail.paintCount).toBe(1);
    expect([main.width, main.height]).toEqual([96, 48]);
    const { rgba } = await engine.readPixels(pictureId, { levels: 3, sizePx: 48 }, null);
    expect(Buffer.from(main.pixels).equals(Buffer.from(rgba))).toBe(true);
  });

  it('[PREV2] rejects a canvas that is not attached', async () => {
    const previews = [{ canvasId: 'nowhere', sizePx: 32 }];
    const message = expect.stringContaining('"nowhere"') as string;
    await expect(engine.generate(request({ previews }), null, ignore)).rejects.toMatchObject({
      name: 'BadRequest',
      message,
    });
  });
});
