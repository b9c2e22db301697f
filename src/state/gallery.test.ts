import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeEngine } from '../engine/fake-engine';
import { filterPictures, withPicture } from './gallery/gallery-state';
import { settle } from './testing/fake-studio';
import { levelsOf, until, visit } from './testing/gallery-visit';
import { MemoryGallery } from './testing/memory-gallery';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the gallery', () => {
  it('has every picture, once, with what it was made from', async () => {
    const studio = await visit(new MemoryGallery());
    void studio.act.generate();
    await settle();
    void studio.act.generate();
    await settle();
    const { pictures, usage } = studio.state().gallery;
    expect(pictures.map(({ seed }) => seed).sort()).toEqual(['1', '101']);
    expect(pictures[0]).toMatchObject({
      prompt: 'red apple',
      levelsDone: 4,
      levelsMax: 4,
      steps: 4,
    });
    expect(pictures[0]?.thumbnail.rgba.length).toBe(96 * 96 * 4);
    expect(usage?.usedBytes).toBeGreaterThan(0);
  });

  it('goes on with a picture after a reload, in its place', async () => {
    const gallery = new MemoryGallery();
    const before = await visit(gallery);
    before.act.change({ levels: 2 });
    void before.act.generate();
    await settle();
    const later = await visit(gallery);
    const [kept] = later.state().gallery.pictures;
    await later.act.openKept(kept?.keptId ?? '');
    await settle();
    expect(later.state()).toMatchObject({ picture: { levelsDone: 2 }, settings: { seed: '1' } });
    void later.act.continueTo(4);
    await settle();
    expect(levelsOf(later)).toEqual([4]);
    expect(later.state().gallery.pictures[0]?.keptId).toBe(kept?.keptId);
  });

  it('has the finished levels of a run that never ended', async () => {
    const gallery = new MemoryGallery();
    const before = await visit(gallery);
    void before.act.generate();
    await until(() => before.state().run?.levelsDone === 3);
    await vi.advanceTimersByTimeAsync(5);
    expect(levelsOf(await visit(gallery))).toEqual([3]);
  });

  it('loses what is discarded, and nothing else', async () => {
    const studio = await visit(new MemoryGallery());
    studio.act.change({ levels: 2 });
    void studio.act.generate();
    await settle();
    void studio.act.continueTo(4);
    await until(() => studio.state().run?.levelsDone === 3);
    studio.act.discard();
    await settle();
    expect(levelsOf(studio)).toEqual([2]);
    void studio.act.generate();
    await until(() => studio.state().run?.levelsDone === 1);
    studio.act.discard();
    await settle();
    expect(levelsOf(studio)).toEqual([2]);
  });

  it('gives back the picture that was removed last', async () => {
    const gallery = new MemoryGallery();
    const studio = await visit(gallery);
    void studio.act.generate();
    await settle();
    const [kept] = studio.state().gallery.pictures;
    await studio.act.star(kept?.keptId ?? '', true);
    await studio.act.removeKept(kept?.keptId ?? '');
    expect([levelsOf(studio), gallery.files.size]).toEqual([[], 0]);
    await studio.act.restoreRemoved();
    expect([levelsOf(studio), gallery.files.size]).toEqual([[4], 1]);
    expect(studio.state().gallery).toMatchObject({
      removed: null,
      pictures: [{ isStarred: true }],
    });
  });

  it('recalls the prompt, the seed or all settings of a picture', async () => {
    const studio = await visit(new MemoryGallery());
    studio.act.change({ aspect: '2:1', seconds: 2, guidance: 5 });
    void studio.act.generate();
    await settle();
    const keptId = studio.state().gallery.pictures[0]?.keptId ?? '';
    const other = {
      prompt: 'cat',
      seed: '9',
      aspect: '1:1',
      seconds: null,
      guidance: null,
    } as const;
    studio.act.change(other);
    studio.act.recall(keptId, 'prompt');
    expect(studio.state().settings).toMatchObject({ ...other, prompt: 'red apple' });
    studio.act.recall(keptId, 'seed');
    expect(studio.state().settings).toMatchObject({ seed: '1', isSeedLocked: true, aspect: '1:1' });
    studio.act.recall(keptId, 'settings');
    expect(studio.state().settings).toMatchObject({ aspect: '2:1', seconds: 2, guidance: 5 });
  });

  it('keeps a picture under its own name when another is opened in that moment', async () => {
    const engine = new FakeEngine({ stepMs: 10, loadMs: 4 });
    const dispose = engine.dispose;
    const slow: FakeEngine['dispose'] = async (pictureId) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      await dispose(pictureId);
    };
    Object.defineProperty(engine, 'dispose', { value: slow });
    const studio = await visit(new MemoryGallery(), engine);
    void studio.act.generate();
    await settle();
    const [first] = studio.state().gallery.pictures;
    void studio.act.generate();
    studio.store.subscribe(({ picture }, { picture: before }) => {
      if (picture?.seed === '101' && before?.seed !== '101') {
        void studio.act.openKept(first?.keptId ?? '');
      }
    });
    await settle();
    const { pictures } = studio.state().gallery;
    expect(pictures.map(({ seed }) => seed).sort()).toEqual(['1', '101']);
    expect(pictures.find(({ keptId }) => keptId === first?.keptId)?.seed).toBe('1');
    expect(levelsOf(studio)).toEqual([4, 4]);
    expect(studio.state()).toMatchObject({ picture: { seed: '1' }, failure: null });
  });

  it('does not take in a picture of a file whose continuation is discarded', async () => {
    const gallery = new MemoryGallery();
    const studio = await visit(gallery);
    studio.act.change({ levels: 2 });
    void studio.act.generate();
    await settle();
    const file = new Blob([await studio.act.exportLatent()]);
    await studio.act.removeKept(studio.state().gallery.pictures[0]?.keptId ?? '');
    void studio.act.open(file);
    await settle();
    void studio.act.continueTo(4);
    await until(() => studio.state().run?.levelsDone === 3);
    studio.act.discard();
    await settle();
    expect([levelsOf(studio), gallery.files.size]).toEqual([[], 0]);
  });

  it('says why a picture could not be kept, and the picture stays on the page', async () => {
    const gallery = new MemoryGallery();
    const studio = await visit(gallery);
    gallery.refusal = new Error('The disk is full.');
    void studio.act.generate();
    await settle();
    expect(studio.state()).toMatchObject({
      picture: { levelsDone: 4 },
      failure: null,
      gallery: { pictures: [], problem: 'The disk is full.' },
    });
    gallery.refusal = null;
    void studio.act.generate();
    await settle();
    expect(studio.state().gallery).toMatchObject({ problem: null, pictures: [{ levelsDone: 4 }] });
  });

  it('says that a picture is gone when another tab has removed it', async () => {
    const gallery = new MemoryGallery();
    const studio = await visit(gallery);
    void studio.act.generate();
    await settle();
    gallery.files.clear();
    await studio.act.openKept(studio.state().gallery.pictures[0]?.keptId ?? '');
    expect(studio.state()).toMatchObject({
      failure: { code: 'PictureNotFound', task: 'open' },
      picture: { levelsDone: 4 },
    });
  });
});

describe('searching', () => {
  it('finds pictures by words of the prompt in any order, by seed, and by star', async () => {
    const studio = await visit(new MemoryGallery());
    studio.act.change({ levels: 1 });
    void studio.act.generate();
    await settle();
    studio.act.change({ prompt: 'Blue Boat' });
    void studio.act.generate();
    await settle();
    const { pictures } = studio.state().gallery;
    const found = (text: string, isStarredOnly = false) =>
      filterPictures(pictures, { text, isStarredOnly }).map(({ prompt }) => prompt);
    expect(found('boat BLUE')).toEqual(['Blue Boat']);
    expect(found('101')).toEqual(['Blue Boat']);
    expect(found('boat red')).toEqual([]);
    expect(found('', true)).toEqual([]);
    expect(found('')).toHaveLength(2);
  });

  it('lists the newest first whatever the order they come in', async () => {
    const studio = await visit(new MemoryGallery());
    studio.act.change({ count: 4, levels: 1 });
    void studio.act.generate();
    await settle();
    const { pictures } = studio.state().gallery;
    const times = pictures.map(({ createdAtMs }) => createdAtMs);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect([...pictures].reverse().reduce(withPicture, [])).toEqual(pictures);
  });
});
