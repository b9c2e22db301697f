import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ModelStorage } from '../contract/model-storage';
import { FakeEngine } from '../engine/fake-engine';
import { knownModels, modelName } from './model-choice';
import type { KeyValueStorage } from './settings-storage';
import type { StudioStore } from './studio-state';
import { createFakeStudio, settle } from './testing/fake-studio';

const OTHER = 'https://models.example/other/';

/** `localStorage`, as much of it as is used. */
function memoryStorage(): KeyValueStorage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  };
}

/** A storage of models in which `other` is known as soon as it was added. */
function memoryModels(): ModelStorage {
  const urls = new Set<string>();
  return {
    list: () =>
      Promise.resolve(Array.from(urls, (bundleUrl) => ({ bundleUrl, sizeBytes: 5, about: null }))),
    missingBytes: () => Promise.resolve(40_000_000),
    remove: (bundleUrl) => Promise.resolve(void urls.delete(bundleUrl)),
    addAddress(address) {
      if (address !== OTHER) return Promise.reject(new Error(`nothing is at ${address}`));
      urls.add(OTHER);
      return Promise.resolve(OTHER);
    },
    addFolder: () => Promise.reject(new Error('no folder')),
  };
}

describe('models', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    return () => vi.useRealTimers();
  });

  async function visit(
    storage: KeyValueStorage,
    models: ModelStorage,
    loaded: string[] = [],
  ): Promise<StudioStore> {
    const engine = new FakeEngine({ stepMs: 10, loadMs: 4 });
    const { load } = engine;
    Object.assign(engine, {
      load: (...[bundleUrl, ...rest]: Parameters<typeof load>) => {
        loaded.push(bundleUrl);
        return load(bundleUrl, ...rest);
      },
    });
    const store = await createFakeStudio(engine, { storage, models });
    void store.getState().actions.load();
    await settle();
    return store;
  }

  it('loads a model that was added, at the next visit too, and the shipped one when it is deleted', async () => {
    const storage = memoryStorage();
    const models = memoryModels();
    const loaded: string[] = [];
    const first = await visit(storage, models, loaded);
    void first.getState().actions.addModelAddress(OTHER);
    await settle();
    expect(first.getState().model.status).toBe('ready');
    expect(first.getState().models).toEqual({ isOpen: false, isAdding: false, problem: null });
    const second = await visit(storage, models, loaded);
    expect(second.getState().bundleUrl).toBe(OTHER);
    void second.getState().actions.removeModel(OTHER);
    await settle();
    await visit(storage, models, loaded);
    expect(loaded).toEqual(['models/nano/', OTHER, OTHER, 'models/nano/']);
  });

  it('says in the dialog why a model was not added, and goes on with the one it has', async () => {
    const store = await visit(memoryStorage(), memoryModels());
    void store.getState().actions.addModelAddress('https://models.example/none/');
    await settle();
    const { models, model, bundleUrl } = store.getState();
    expect(models).toMatchObject({ isOpen: true, isAdding: false });
    expect(models.problem).toBe('nothing is at https://models.example/none/');
    expect([model.status, bundleUrl]).toEqual(['ready', 'models/nano/']);
  });

  it('does not change the model under a picture that is being made', async () => {
    const store = await visit(memoryStorage(), memoryModels());
    void store.getState().actions.generate();
    await vi.advanceTimersByTimeAsync(20);
    await store.getState().actions.useModel(OTHER);
    expect(store.getState().models.problem).toContain('A picture is being made');
    expect(store.getState().bundleUrl).toBe('models/nano/');
    await settle();
    expect(store.getState().picture).not.toBeNull();
  });

  it('says what changing to the model for clips would fetch, unless that is nothing or not known', async () => {
    const engine = new FakeEngine({ stepMs: 10, loadMs: 4 });
    const answers = [Promise.resolve(40), Promise.resolve(0), Promise.reject(new Error('offline'))];
    const models = { ...memoryModels(), missingBytes: () => answers.shift()! };
    const store = await createFakeStudio(engine, { models, clipsUrl: 'models/nano-clips/' });
    for (const expected of [40, null, null]) {
      await store.getState().actions.weighClips();
      expect(store.getState().clipsBytes).toBe(expected);
    }
  });

  it('lists the shipped models, the one in use and all that are kept, once each', () => {
    const kept = [{ bundleUrl: OTHER, sizeBytes: 5, about: null }];
    const known = knownModels(kept, ['models/nano/', 'models/nano-clips/'], OTHER);
    expect(known.map((model) => [modelName(model), model.isShipped, model.isInUse])).toEqual([
      ['nano', true, false],
      ['nano-clips', true, false],
      ['other', false, true],
    ]);
  });
});
