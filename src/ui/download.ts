/** Files from the page to the user's disk. */
import type { Pixels } from '../contract/engine';

const REVOKE_AFTER_MS = 10_000;

/** The pixels as a PNG file. */
export async function pngOf(pixels: Pixels): Promise<Blob> {
  const { width, height, rgba } = pixels;
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  if (!context)
    throw new Error(
      'This browser gave no canvas to write the PNG with. Close some tabs and try again.',
    );
  context.putImageData(new ImageData(rgba, width, height), 0, 0);
  return canvas.convertToBlob({ type: 'image/png' });
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
