/** Files from the page to the user's disk. */
import type { Pixels } from '../contract/engine';
import type { SheetPlace, sheetOf } from '../state/outputs-state';
import { words } from './words/words';

const REVOKE_AFTER_MS = 10_000;

/** The pixels as a PNG file. */
export async function pngOf(pixels: Pixels): Promise<Blob> {
  return canvasOf(pixels).convertToBlob({ type: 'image/png' });
}

/** The pixels on a canvas of their size. */
export function canvasOf(pixels: Pixels): OffscreenCanvas {
  return canvasOfParts(pixels.width, pixels.height, [{ pixels, x: 0, y: 0 }]);
}

/** A sheet of pictures as a PNG file. */
export function sheetPng({ width, height, places }: ReturnType<typeof sheetOf>): Promise<Blob> {
  return canvasOfParts(width, height, places).convertToBlob({ type: 'image/png' });
}

function canvasOfParts(
  width: number,
  height: number,
  parts: readonly SheetPlace[],
): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context) throw new Error(words.t('files:noPngCanvas'));
  for (const { pixels, x, y } of parts) {
    context.putImageData(new ImageData(pixels.rgba, pixels.width, pixels.height), x, y);
  }
  return canvas;
}

/** Offers a file for download under a name. */
export function saveFile(file: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // Long enough for the browser to take hold of the blob, which it does after the click has been handled.
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_AFTER_MS);
}
