/**
 * The store of animated drawings, read by dcs/clips.py:
 *
 *   level-<px>.rgba  rows of px * px * 4 bytes, premultiplied RGBA; row r of every level is one frame
 *   index.json       { version, levels: { px: row count }, clips: [clip, ...] }
 *   clip             { concept, style, name, fps, loops, rows: [row of frame 0, row of frame 1, ...] }
 *
 * Frame i is the drawing at i / fps seconds. Frames of a clip that are equal share a row. A clip that
 * does not loop was cut at the longest length kept, and stands still at its end.
 */
import { createHash } from 'node:crypto';
import {
  closeSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { boxReduce } from './box-reduce.mjs';

const VERSION = 1;

/** Side of the largest level; the others are its exact box averages. */
export const CLIP_PX = 128;
const SIZES = [CLIP_PX, 64, 32, 16];

/** Empty share of a frame's side, on each side, as around a sprite. */
export const MARGIN = 0.04;

export class ClipStore {
  #folder;
  #files;
  #clips = [];
  #rows = 0;

  /** Opens an empty store; what `folder` held of an older one is gone. */
  constructor(folder) {
    mkdirSync(folder, { recursive: true });
    rmSync(join(folder, 'index.json'), { force: true }); // its presence means complete
    this.#folder = folder;
    this.#files = SIZES.map((px) => openSync(join(folder, `level-${px}.rgba`), 'w'));
  }

  get isEmpty() {
    return this.#rows === 0;
  }

  /** Adds a clip; `frames` yields {@link CLIP_PX} px frames of premultiplied RGBA in order. */
  add({ concept, style, name, fps, loops }, frames) {
    const known = new Map(); // digest of a frame -> its row
    const rows = [];
    for (const pixels of frames) {
      const digest = createHash('sha1').update(pixels).digest('base64');
      if (!known.has(digest)) known.set(digest, this.#write(pixels));
      rows.push(known.get(digest));
    }
    this.#clips.push({ concept, style, name, fps, loops, rows });
  }

  #write(pixels) {
    SIZES.forEach((px, level) => {
      const bytes = px === CLIP_PX ? pixels : boxReduce(pixels, CLIP_PX, CLIP_PX / px);
      writeSync(this.#files[level], bytes);
    });
    this.#rows += 1;
    return this.#rows - 1;
  }

  /** Writes the index; returns { clips, frames, rows, bytes }. */
  close() {
    this.#files.forEach((file) => closeSync(file));
    const levels = Object.fromEntries(SIZES.map((px) => [px, this.#rows]));
    const path = join(this.#folder, 'index.json');
    writeFileSync(`${path}.part`, JSON.stringify({ version: VERSION, levels, clips: this.#clips }));
    renameSync(`${path}.part`, path);
    const frames = this.#clips.reduce((sum, clip) => sum + clip.rows.length, 0);
    const bytes = this.#rows * SIZES.reduce((sum, px) => sum + px * px * 4, 0);
    return { clips: this.#clips.length, frames, rows: this.#rows, bytes };
  }
}
