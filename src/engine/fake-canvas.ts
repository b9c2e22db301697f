import type { Pixels } from '../contract/engine';
import type { CanvasHandle } from '../contract/platform';

interface Context2d {
  createImageData(width: number, height: number): { readonly data: Uint8ClampedArray };
  putImageData(image: { readonly data: Uint8ClampedArray }, x: number, y: number): void;
}

/** Puts pixels on a canvas, which takes their size. A handle that is no canvas only takes the size. */
export function paintPixels(canvas: CanvasHandle, pixels: Pixels): void {
  canvas.width = pixels.width;
  canvas.height = pixels.height;
  const { getContext } = canvas as { getContext?: (type: '2d') => Context2d | null };
  const context = getContext?.call(canvas, '2d');
  if (!context) return;
  const image = context.createImageData(pixels.width, pixels.height);
  image.data.set(pixels.rgba);
  context.putImageData(image, 0, 0);
}
