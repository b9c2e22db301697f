/** MP4 files with H.264, by WebAssembly: the one place that names h264-mp4-encoder. */
import { createRequire } from 'node:module';
import type * as EncoderLibrary from 'h264-mp4-encoder';
import type { ClipSize } from './out-format';

/** Of H.264, 10 to 51: less is better and larger. */
const QUANTIZATION = 20;

/** Encodes frames one after another. */
export interface Mp4Encoder {
  /** @param rgba one frame, 4 bytes a pixel */
  add(rgba: Uint8ClampedArray): void;
  /** The file. */
  finish(): Uint8Array;
}

/** Opens an encoder. Sides that are odd get one more row or column, a copy of the last one: H.264 halves colours. */
export async function openMp4({ width, height, fps }: ClipSize): Promise<Mp4Encoder> {
  const encoder = await createEncoder();
  encoder.width = width + (width % 2);
  encoder.height = height + (height % 2);
  encoder.frameRate = fps;
  encoder.quantizationParameter = QUANTIZATION;
  encoder.initialize();
  return {
    add(rgba) {
      encoder.addFrameRgba(padToEven(rgba, width, height));
    },
    finish() {
      encoder.finalize();
      const file = encoder.FS.readFile(encoder.outputFilename);
      encoder.FS.unlink(encoder.outputFilename); // its file system is shared and would keep it
      encoder.delete();
      return file;
    },
  };
}

// A CommonJS file: with import its exports arrive under `default` in Node and by their names under tsx.
const require = createRequire(import.meta.url);

/** Loading it puts listeners on the process that end it on any unhandled rejection; they are taken off again. */
async function createEncoder(): Promise<EncoderLibrary.H264MP4Encoder> {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => new Set(process.listeners(event as 'exit')));
  const library = require('h264-mp4-encoder') as typeof EncoderLibrary;
  const encoder = await library.createH264MP4Encoder();
  events.forEach((event, i) => {
    process
      .listeners(event as 'exit')
      .filter((listener) => !before[i]!.has(listener))
      .forEach((listener) => process.off(event, listener));
  });
  return encoder;
}

/** A frame with even sides. */
export function padToEven(rgba: Uint8ClampedArray, width: number, height: number): Uint8Array {
  const [wide, high] = [width + (width % 2), height + (height % 2)];
  if (wide === width && high === height) return new Uint8Array(rgba);
  const padded = new Uint8Array(wide * high * 4);
  for (let y = 0; y < high; y += 1) {
    const from = Math.min(y, height - 1) * width * 4;
    const row = rgba.subarray(from, from + width * 4);
    padded.set(row, y * wide * 4);
    padded.set(row.subarray(-4), (y * wide + wide - 1) * 4);
  }
  return padded;
}
