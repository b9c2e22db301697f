import { describe, expect, it } from 'vitest';
import { openNative } from '../cli/node-session';
import { meterBackend } from './metered-backend';
import { Mutex } from './mutex';
import { TensorScope } from './tensor-scope';

describe('meterBackend', () => {
  it('knows what is alive, and counts a download', async () => {
    const backend = meterBackend(await openNative(), () => 0);
    const tensor = backend.upload(Float32Array.of(1, 2, 3, 4), [2, 2]);
    const row = backend.slice(tensor, 1, 2);
    expect(await backend.download(row)).toEqual(Float32Array.of(3, 4));
    expect(backend.counts()).toMatchObject({ liveTensors: 2, liveBytes: 24, readbacks: 1 });
    backend.dispose(tensor);
    backend.dispose(row);
    expect(backend.counts()).toMatchObject({ liveTensors: 0, liveBytes: 0 });
  });

  it('throws when a tensor is disposed of twice, or a view at all', async () => {
    const backend = meterBackend(await openNative(), () => 0);
    const tensor = backend.upload(Float32Array.of(1, 2), [2]);
    expect(() => backend.dispose(backend.view(tensor, [1]))).toThrow('twice, or is a view');
    backend.dispose(tensor);
    expect(() => backend.dispose(tensor)).toThrow('a tensor of 2 was disposed of twice');
  });
});

describe('the CPU backend', () => {
  it('extrapolates, copies and views', async () => {
    const backend = await openNative();
    const from = backend.upload(Float32Array.of(0, 1), [2]);
    const to = backend.upload(Float32Array.of(1, 3), [2]);
    expect(await backend.download(backend.extrapolate(from, to, 4))).toEqual(Float32Array.of(4, 9));
    const target = backend.allocate([4]);
    backend.copyInto(target, 2, to);
    expect(await backend.download(target)).toEqual(Float32Array.of(0, 0, 1, 3));
    expect(backend.view(target, [1, 3]).dims).toEqual([1, 3]);
  });
});

describe('TensorScope', () => {
  it('disposes of what it was not asked to hand over', async () => {
    const backend = meterBackend(await openNative(), () => 0);
    const scope = new TensorScope(backend);
    scope.upload(Float32Array.of(1), [1]);
    const kept = scope.hand(scope.upload(Float32Array.of(2), [1]));
    scope.dispose();
    expect(backend.counts().liveTensors).toBe(1);
    expect(() => scope.hand(kept)).toThrow('does not own');
    backend.dispose(kept);
  });
});

describe('Mutex', () => {
  it('runs tasks in order, one at a time, and goes on after a failure', async () => {
    const mutex = new Mutex();
    const log: string[] = [];
    const task = (name: string) => async (): Promise<void> => {
      log.push(`${name} starts`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push(`${name} ends`);
      if (name === 'b') throw new Error('b failed');
    };
    const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => mutex.run(task(name))));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  });
});
