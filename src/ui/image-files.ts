/** Pictures as files of other formats than PNG, written by the browser: pixels only. */
import type { Pixels } from '../contract/engine';
import { EngineError } from '../contract/engine-error';
import { canvasOf } from './download';
import { words } from './words/words';

/** Offered formats beside PNG, which is also how their files' names end. */
export const IMAGE_FORMATS = ['webp', 'jpeg', 'avif'] as const;

/** One of the offered formats. */
export type ImageFormat = (typeof IMAGE_FORMATS)[number];

/** Of 1: no loss that the eye finds, at a small part of the size of a PNG. */
const QUALITY = 0.92;

/**
 * The pixels as a file.
 *
 * @throws {EngineError} BadRequest when the browser cannot write the format
 */
export async function imageFile(pixels: Pixels, format: ImageFormat): Promise<Blob> {
  const file = await encode(canvasOf(pixels), format);
  if (file) return file;
  throw new EngineError(
    'BadRequest',
    words.t('downloads:noEncoder', { format: words.t(`downloads:formats.${format}`) }),
  );
}

/** The formats that this browser can write, found by writing one pixel in each. */
export async function writableFormats(): Promise<ReadonlySet<ImageFormat>> {
  const pixel = { width: 1, height: 1, rgba: new Uint8ClampedArray([0, 0, 0, 255]) };
  const tried = await Promise.all(
    IMAGE_FORMATS.map(async (format) => ((await encode(canvasOf(pixel), format)) ? [format] : [])),
  );
  return new Set(tried.flat());
}

/** Null where the browser does not know the format: it would give a PNG under another name, or nothing. */
async function encode(canvas: OffscreenCanvas, format: ImageFormat): Promise<Blob | null> {
  const type = `image/${format}`;
  try {
    const file = await canvas.convertToBlob({ type, quality: QUALITY });
    return file.type === type ? file : null;
  } catch {
    return null;
  }
}
