import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import type { KeptPicture } from '../contract/gallery';
import type { Seed } from '../contract/units';
import { GalleryDatabase } from './gallery-database';

function kept(keptId: string, prompt: string): KeptPicture {
  return {
    keptId,
    createdAtMs: 7,
    prompt,
    seed: '5' as Seed,
    grid: { gt: 1, gh: 8, gw: 8 },
    levelsDone: 2,
    levelsMax: 4,
    steps: 25,
    guidance: 4,
    mode: 'clean-context',
    isStarred: false,
    fileBytes: 3,
    thumbnail: { width: 1, height: 1, rgba: new Uint8ClampedArray([1, 2, 3, 255]) },
  };
}

describe('GalleryDatabase', () => {
  it('gives back what it was given, in another visit too', async () => {
    await new GalleryDatabase(null).put(kept('a', 'a red car'), new Uint8Array([1, 2, 3]));
    const later = new GalleryDatabase(null);
    expect(await later.list()).toEqual([kept('a', 'a red car')]);
    expect(await later.readFile('a')).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('replaces a picture and keeps its file unless there is a new one', async () => {
    const gallery = new GalleryDatabase(null);
    await gallery.put(kept('b', 'one'), new Uint8Array([1]));
    await gallery.put(kept('b', 'two'), null);
    expect((await gallery.list()).find(({ keptId }) => keptId === 'b')?.prompt).toBe('two');
    expect(await gallery.readFile('b')).toEqual(new Uint8Array([1]));
    await gallery.put(kept('b', 'two'), new Uint8Array([2]));
    expect(await gallery.readFile('b')).toEqual(new Uint8Array([2]));
  });

  it('forgets a picture with its file', async () => {
    const gallery = new GalleryDatabase(null);
    await gallery.put(kept('c', 'one'), new Uint8Array([1]));
    await gallery.remove('c');
    expect((await gallery.list()).map(({ keptId }) => keptId)).not.toContain('c');
    expect(await gallery.readFile('c')).toBeNull();
  });
});
