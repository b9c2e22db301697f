import { beforeAll, describe, expect, it } from 'vitest';
import { ENGINES, finished, generated, loaded, pixelsOf, request } from '../cli/testing/engines';
import type { Engine, ContextMode, RunEvent } from '../src/contract/engine';

const ignore = (): undefined => undefined;

describe.each(ENGINES)('ends of runs of $name', ({ create }) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await loaded(create());
  });

  it('[STOP1] stops within one step and keeps the finished levels', async () => {
    const events: RunEvent[] = [];
    let stepsAtStop = 0;
    const result = await engine.generate(request({ steps: 6 }), null, (event) => {
      events.push(event);
      if (event.type !== 'step-end' || event.level !== 2 || event.step !== 2) return;
      stepsAtStop = events.filter(({ type }) => type === 'step-end').length;
      void engine.stop('now');
    });
    expect(result).toMatchObject({ status: 'stopped', levelsDone: 1 });
    const steps = events.filter(({ type }) => type === 'step-end').length;
    expect(steps - stepsAtStop).toBeLessThanOrEqual(1);
    expect(events.at(-1)).toEqual({ type: 'run-end', status: 'stopped' });
    if (result.status !== 'stopped' || result.pictureId === null) throw new Error('no picture');
    expect((await engine.describePicture(result.pictureId)).levelsDone).toBe(1);
  });

  it('[STOP2] finishes the level at work when asked to', async () => {
    const stopAt = (level: number): ReturnType<typeof engine.generate> =>
      engine.generate(request(), null, (event) => {
        if (event.type === 'step-end' && event.level === level) void engine.stop('after-level');
      });
    expect(await stopAt(2)).toMatchObject({ status: 'stopped', levelsDone: 2 });
    expect(await stopAt(3)).toMatchObject({ status: 'finished', levelsDone: 3 });
  });

  it('[STOP3] has no picture when no level was finished', async () => {
    const result = await engine.generate(request(), null, (event) => {
      if (event.type === 'level-start') void engine.stop('now');
    });
    expect(result).toMatchObject({ status: 'stopped', pictureId: null, levelsDone: 0 });
  });

  it('[STOP4] does nothing without a run', async () => {
    await engine.stop('now');
    await generated(engine);
    await engine.stop('after-level');
    await generated(engine);
  });

  it('[ABORT1] [ABORT5] ends within one step, keeps nothing and works on', async () => {
    const abort = new AbortController();
    const events: RunEvent[] = [];
    let stepsAtAbort = 0;
    const result = await engine.generate(request({ steps: 6 }), abort.signal, (event) => {
      events.push(event);
      if (event.type !== 'step-end' || event.level !== 2 || event.step !== 3) return;
      stepsAtAbort = events.filter(({ type }) => type === 'step-end').length;
      abort.abort();
    });
    expect(result).toEqual({ status: 'cancelled' });
    const steps = events.filter(({ type }) => type === 'step-end').length;
    expect(steps - stepsAtAbort).toBeLessThanOrEqual(1);
    const pictureId = events[0]?.type === 'run-start' ? events[0].pictureId : null;
    await expect(engine.describePicture(pictureId!)).rejects.toMatchObject({
      name: 'PictureNotFound',
    });
    await generated(engine);
  });

  it.each<ContextMode>(['clean-context', 'sync'])(
    '[ABORT2] leaves a picture as it was when its continuation is cancelled (%s)',
    async (mode) => {
      const whole = await generated(engine, { mode });
      const pictureId = await generated(engine, { mode, levels: 1 });
      const before = await pixelsOf(engine, pictureId, 1);
      const abort = new AbortController();
      const result = await engine.continuePicture(
        pictureId,
        { toLevel: 3 },
        abort.signal,
        (event) => {
          if (event.type === 'step-end' && event.level === 3) abort.abort();
        },
      );
      expect(result).toEqual({ status: 'cancelled' });
      expect((await engine.describePicture(pictureId)).levelsDone).toBe(1);
      expect(await pixelsOf(engine, pictureId, 1)).toBe(before);
      await engine.continuePicture(pictureId, { toLevel: 3 }, null, ignore);
      expect(await pixelsOf(engine, pictureId, 3)).toBe(await pixelsOf(engine, whole, 3));
    },
  );

  it('[ABORT3] does not start when the signal is aborted already', async () => {
    const events: RunEvent[] = [];
    const result = await engine.generate(request(), AbortSignal.abort(), (event) => {
      events.push(event);
    });
    expect(result).toEqual({ status: 'cancelled' });
    expect(events).toEqual([]);
  });

  it.each<ContextMode>(['clean-context', 'sync'])(
    '[CONT1] [CONT2] continues a stopped picture to the same bits (%s)',
    async (mode) => {
      const whole = await generated(engine, { mode, levels: 3 });
      const parts = await generated(engine, { mode, levels: 1 });
      const first = await pixelsOf(engine, parts, 1);
      finished(await engine.continuePicture(parts, { toLevel: 2 }, null, ignore));
      const stopped = await engine.continuePicture(parts, { toLevel: 3 }, null, (event) => {
        if (event.type === 'step-end' && event.step === 2) void engine.stop('now');
      });
      expect(stopped).toMatchObject({ status: 'stopped', levelsDone: 2, pictureId: parts });
      finished(await engine.continuePicture(parts, { toLevel: 3 }, null, ignore));
      expect(await pixelsOf(engine, parts, 1)).toBe(first);
      for (const levels of [1, 2, 3]) {
        expect(await pixelsOf(engine, parts, levels)).toBe(await pixelsOf(engine, whole, levels));
      }
      expect(await pixelsOf(engine, whole, 3)).not.toBe(first);
    },
  );

  it('[CONT3] rejects a level that there is already, and one that the model does not have', async () => {
    const { levelsDone, pictureId } = await engine.describePicture(
      await generated(engine, { levels: 2 }),
    );
    for (const toLevel of [1, levelsDone, 99, NaN]) {
      await expect(
        engine.continuePicture(pictureId, { toLevel }, null, ignore),
      ).rejects.toMatchObject({ name: 'BadRequest' });
    }
  });
});
