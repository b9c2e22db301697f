/** Clips as files, by what they are called: `clip.mp4`, `clip.png` (animated), or `frames/`, a folder of PNG files. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { EngineError } from '../src/contract/engine-error';
import { joinFrames } from './apng';
import { openMp4 } from './mp4';
import type { ClipSize } from './out-format';
import { formatOf } from './out-format';

/** Takes frames one after another; nothing but a folder is written before `finish`. */
export interface ClipWriter {
  /** @param rgba one frame, 4 bytes a pixel */
  add(rgba: Uint8ClampedArray): Promise<void>;
  finish(): Promise<void>;
}

/** Opens a writer. */
export async function openClipWriter(out: string, size: ClipSize): Promise<ClipWriter> {
  switch (formatOf(out)) {
    case 'folder':
      return await openFolder(out, size);
    case 'mp4': {
      const encoder = await openMp4(size);
      return {
        add(rgba) {
          encoder.add(rgba);
          return Promise.resolve();
        },
        finish: () => writeFile(out, encoder.finish()),
      };
    }
    case 'png': {
      const frames: Uint8Array[] = [];
      return {
        add(rgba) {
          frames.push(encodePng(rgba, size));
          return Promise.resolve();
        },
        finish: () => writeFile(out, joinFrames(frames, size.fps)),
      };
    }
  }
}

/** A PNG file without an alpha channel. */
export function encodePng(
  rgba: Uint8ClampedArray,
  { width, height }: { readonly width: number; readonly height: number },
): Uint8Array {
  const rgb = rgba.filter((_, i) => i % 4 !== 3);
  return encode({ width, height, data: new Uint8Array(rgb.buffer, 0, rgb.length), channels: 3 });
}

/** @throws {EngineError} BadRequest when a folder for frames has files already: the clip would be mixed with them */
export async function assertNoFrames(folder: string): Promise<void> {
  const files = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  if (files.length === 0) return;
  throw new EngineError(
    'BadRequest',
    `The folder ${folder} has ${files.length} files already, ${files[0]!} among them. Choose another folder, or empty this one.`,
  );
}

async function openFolder(folder: string, size: ClipSize): Promise<ClipWriter> {
  await mkdir(folder, { recursive: true });
  let count = 0;
  return {
    async add(rgba) {
      count += 1;
      const name = `frame-${String(count).padStart(4, '0')}.png`;
      await writeFile(join(folder, name), encodePng(rgba, size));
    },
    finish: () => Promise.resolve(),
  };
}
