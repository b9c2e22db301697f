import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withMoved, type QueuedRun } from './queue-state';
import { settle } from './testing/fake-studio';
import { levelsOf, until, visit } from './testing/gallery-visit';
import { MemoryGallery } from './testing/memory-gallery';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the queue', () => {
  it('makes drafts of many seeds and finishes the chosen ones', async () => {
    const studio = await visit(new MemoryGallery());
    studio.act.change({ count: 4, levels: 1 });
    void studio.act.generate();
    expect(studio.state().queue).toHaveLength(3);
    await settle();
    expect(levelsOf(studio)).toEqual([1, 1, 1, 1]);
    const [first, , third] = studio.state().gallery.pictures;
    void studio.act.finish([first, third].flatMap((kept) => kept?.keptId ?? []));
    await settle();
    expect(levelsOf(studio)).toEqual([4, 1, 4, 1]);
    expect(studio.state().queue).toEqual([]);
  });

  it('takes neighbouring seeds when the seed is locked', async () => {
    const studio = await visit(new MemoryGallery());
    studio.act.change({ count: 4, levels: 1, seed: '41', isSeedLocked: true });
    void studio.act.generate();
    await settle();
    const seeds = studio.state().gallery.pictures.map(({ seed }) => seed);
    expect(seeds.sort()).toEqual(['41', '42', '43', '44']);
  });

  it('does not make the picture at work a second time', async () => {
    const studio = await visit(new MemoryGallery());
    studio.act.change({ levels: 1 });
    void studio.act.generate();
    void studio.act.enqueue();
    await settle();
    const seeds = studio.state().gallery.pictures.map(({ seed }) => seed);
    expect(new Set(seeds).size).toBe(2);
  });

  it('goes on after a discarded run, and not after a failure', async () => {
    const studio = await visit(new MemoryGallery());
    studio.act.change({ levels: 1 });
    void studio.act.generate();
    void studio.act.enqueue();
    void studio.act.enqueue();
    studio.act.discard();
    await until(() => studio.state().queue.length === 1);
    await settle();
    expect(levelsOf(studio)).toEqual([1, 1]);
    await studio.act.openKept('nobody');
    void studio.act.enqueue();
    await settle();
    expect(levelsOf(studio)).toEqual([1, 1, 1]);
  });

  it('can be changed while a run is at work', async () => {
    const studio = await visit(new MemoryGallery());
    studio.act.change({ count: 4, levels: 1, isSeedLocked: true });
    void studio.act.generate();
    const [two, three, four] = studio.state().queue.map(({ queueId }) => queueId);
    studio.act.removeQueued(two ?? '');
    studio.act.moveQueued(four ?? '', -1);
    expect(studio.state().queue.map(({ queueId }) => queueId)).toEqual([four, three]);
    studio.act.clearQueue();
    await settle();
    expect(levelsOf(studio)).toEqual([1]);
  });

  it('never loses or doubles a run by moving it', () => {
    const runs = fc.uniqueArray(fc.string(), { maxLength: 9 });
    fc.assert(
      fc.property(runs, fc.nat(9), fc.integer({ min: -12, max: 12 }), (names, nth, by) => {
        const queue = names.map((queueId) => ({ queueId }) as QueuedRun);
        const moved = withMoved(queue, names[nth] ?? 'none', by);
        expect(moved.map(({ queueId }) => queueId).sort()).toEqual([...names].sort());
      }),
    );
  });
});
