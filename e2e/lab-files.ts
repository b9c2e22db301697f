/** Photos and clips from outside, made here, and how they come onto the page. */
import type { Page } from '@playwright/test';
import { encode } from 'fast-png';

const WIDTH = 96;
const HEIGHT = 72;

/** A photo: the left half is a sky, the right half is full of leaves. */
function photoPng(): Uint8Array {
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

/** A second of a bar that moves over 40 by 40 pixels, in ten frames: a GIF in base64. */
const MOVING_BAR = [
  'R0lGODlhKAAoAIEAAB4oUPDIPAAAAAAAACH/C05FVFNDQVBFMi4wAwEAAAAh+QQACgAAACwAAAAAKAAoAAAIhQADCA',
  'wAoKDBgwgTKlw4kODChxAZDoxIsWLDihgfXszI8eDGjh0/gswocqTFiSZJokx5UiBLjCVfSnQpM2LMmghv4jSocyeA',
  'njuB4hRak6hMoy+RslSakqlJpyOhgpQacqXPnFav8syq9SdXrVQ5hlVJs+vWsma9ojU7FubXq21bOkwLICAAIfkEAQ',
  'oAAgAsAAAAAAgAKACBHihQ8Mg8AAAAAAAACEsAAQgYGKBgAIEEDSIUYPDgQIYKHzZcOFFixIQFKV6EmNFiR4wOQWr8',
  'yDFkyZEmK4r0mHKjypMsUcqMSXOlTZg3X+p0yZPkTp8GAwIAIfkEAQoAAgAsAQAAAAsAKACBHihQ8Mg8AAAAAAAACG',
  'UAAQgEIKBggIMBBhI0iFBhQQEIEw58GNEhw4MWITaceFGiQIobP3bMWJGjRowmS4o86XEhS5IhXaqUGRMkypUzbbbU',
  'CfMmTZ88U9YcKRQoUZxDXxbdefQnU6VIjUJ12vNpzo4BAQAh+QQBCgACACwFAAAACwAoAIEeKFDwyDwAAAAAAAAIZQ',
  'ABCAQgoGCAgwEGEjSIUGFBAQgTDnwY0SHDgxYhNpx4UaJAihs/dsxYkaNGjCZLijzpcSFLkiFdqpQZEyTKlTNtttQJ',
  '8yZNnzxT1hwpFChRnENfFt159CdTpUiNQnXa82nOjgEBACH5BAEKAAIALAkAAAALACgAgR4oUPDIPAAAAAAAAAhlAA',
  'EIBCCgYICDAQYSNIhQYUEBCBMOfBjRIcODFiE2nHhRokCKGz92zFiRo0aMJkuKPOlxIUuSIV2qlBkTJMqVM2221Anz',
  'Jk2fPFPWHCkUKFGcQ18W3Xn0J1OlSI1Cddrzac6OAQEAIfkEAQoAAgAsDQAAAAsAKACBHihQ8Mg8AAAAAAAACGUAAQ',
  'gEIKBggIMBBhI0iFBhQQEIEw58GNEhw4MWITaceFGiQIobP3bMWJGjRowmS4o86XEhS5IhXaqUGRMkypUzbbbUCfMm',
  'TZ88U9YcKRQoUZxDXxbdefQnU6VIjUJ12vNpzo4BAQAh+QQBCgACACwRAAAACwAoAIEeKFDwyDwAAAAAAAAIZQABCA',
  'QgoGCAgwEGEjSIUGFBAQgTDnwY0SHDgxYhNpx4UaJAihs/dsxYkaNGjCZLijzpcSFLkiFdqpQZEyTKlTNtttQJ8yZN',
  'nzxT1hwpFChRnENfFt159CdTpUiNQnXa82nOjgEBACH5BAEKAAIALBUAAAALACgAgR4oUPDIPAAAAAAAAAhlAAEIBC',
  'CgYICDAQYSNIhQYUEBCBMOfBjRIcODFiE2nHhRokCKGz92zFiRo0aMJkuKPOlxIUuSIV2qlBkTJMqVM2221AnzJk2f',
  'PFPWHCkUKFGcQ18W3Xn0J1OlSI1Cddrzac6OAQEAIfkEAQoAAgAsGQAAAAsAKACBHihQ8Mg8AAAAAAAACGUAAQgEIK',
  'BggIMBBhI0iFBhQQEIEw58GNEhw4MWITaceFGiQIobP3bMWJGjRowmS4o86XEhS5IhXaqUGRMkypUzbbbUCfMmTZ88',
  'U9YcKRQoUZxDXxbdefQnU6VIjUJ12vNpzo4BAQAh+QQBCgACACwdAAAACwAoAIEeKFDwyDwAAAAAAAAIZQABCAQgoG',
  'CAgwEGEjSIUGFBAQgTDnwY0SHDgxYhNpx4UaJAihs/dsxYkaNGjCZLijzpcSFLkiFdqpQZEyTKlTNtttQJ8yZNnzxT',
  '1hwpFChRnENfFt159CdTpUiNQnXa82nOjgEBADs=',
].join('');

/** A second of a bar that moves. */
export function movingGif(): Uint8Array {
  return Buffer.from(MOVING_BAR, 'base64');
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
