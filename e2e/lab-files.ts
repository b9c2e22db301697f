/** Photos and clips from outside, made here, and how they come onto the page. */
import type { Page } from '@playwright/test';
import { encode } from 'fast-png';
import { GIFEncoder } from 'gifenc';

const WIDTH = 96;
const HEIGHT = 72;

/** A photo: the left half is a sky, the right half is full of leaves. */
export function photoPng(): Uint8Array {
  const data = new Uint8Array(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y += 1) {
    for (let x = 0; x < WIDTH; x += 1) {
      const leaf = Math.sin(x * 0.9 + 2 * Math.sin(y * 0.7)) * Math.cos(y * 0.8);
      const isSky = x < WIDTH / 2;
      data.set(
        isSky ? [120, 170, 230 - y] : [60 + 50 * leaf, 120 + 90 * leaf, 50],
        (y * WIDTH + x) * 3,
      );
    }
  }
  return encode({ width: WIDTH, height: HEIGHT, data, channels: 3 });
}

/** A second of a bar that moves. */
export function movingGif(): Uint8Array {
  const gif = GIFEncoder();
  const palette = [
    [30, 40, 80],
    [240, 200, 60],
  ];
  for (let frame = 0; frame < 10; frame += 1) {
    const pixels = Uint8Array.from({ length: 40 * 40 }, (_, i) =>
      Math.abs((i % 40) - 4 * frame) < 4 ? 1 : 0,
    );
    gif.writeFrame(pixels, 40, 40, { palette, delay: 100 });
  }
  gif.finish();
  return gif.bytes();
}

/** Lets a file fall on the page. */
export async function dropFile(page: Page, name: string, bytes: Uint8Array): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, values]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(values)], fileName));
      return transfer;
    },
    [name, Array.from(bytes)] as const,
  );
  await page.dispatchEvent('main', 'drop', { dataTransfer });
}

/** Lets a photo fall on the page. */
export async function dropPhoto(page: Page): Promise<void> {
  await dropFile(page, 'garden.png', photoPng());
}
