import { expect, test } from '@playwright/test';
import { StudioPage } from './studio-page';

test('the shipped model draws what is asked for', async ({ page }) => {
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  await studio.write('red apple on a light blue background');
  await studio.generateWhole();
  await studio.showsAll(256);
  const colours = (await studio.pixels()).points.split(',').map(Number);
  const at = (x: number, y: number) => colours.slice((y * 32 + x) * 4, (y * 32 + x) * 4 + 3);
  for (const corner of [at(1, 1), at(30, 1), at(1, 30), at(30, 30)]) {
    const [red = 0, green = 0, blue = 0] = corner;
    expect(blue, `light blue, found ${corner.join()}`).toBeGreaterThan(200);
    expect(green).toBeGreaterThan(red);
  }
  const middle = [13, 14, 15, 16, 17, 18].flatMap((y) => [13, 15, 17].map((x) => at(x, y)));
  const isRed = ([red = 0, green = 0, blue = 0]: number[]) =>
    red > 140 && red > 2 * Math.max(green, blue);
  expect(middle.filter(isRed).length, middle.join(' ')).toBeGreaterThan(middle.length / 2);
});

test('the shipped model of pictures leads to that of clips, whose ball moves', async ({ page }) => {
  const studio = new StudioPage(page, 'nano');
  const fetched: string[] = [];
  page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
  await studio.open();
  const change = page.getByRole('button', {
    name: /the one for clips \(3\d\.\d MB to fetch\)/,
  });
  await change.click();
  await studio.ready();
  // Both models have the same text encoder, a third of the second download.
  expect(fetched.filter((path) => path.includes('text_encoder.f16.bin'))).toHaveLength(1);
  expect(fetched.filter((path) => path.endsWith('nano-clips/dit_step.f16.bin'))).toHaveLength(1);
  await page.getByRole('radio', { name: '1 s' }).check({ force: true });
  await studio.write('a tennis ball sliding right on a blue background');
  await page.getByRole('textbox', { name: 'Seed' }).fill('1');
  await studio.slider('Size').focus();
  await page.keyboard.press('Home');
  await studio.generate.click();
  await studio.stop.click(); // waits for level 1 and keeps it
  const clip = page.getByRole('img', { name: /^Clip of: a tennis ball sliding right/ });
  await expect(clip).toHaveAccessibleName(/64 by 64 pixels\.$/, { timeout: 60_000 });
  await page.getByRole('button', { name: 'Pause' }).click();
  const position = page.getByRole('slider', { name: 'Position in the clip' });
  const frame = async (key: 'Home' | 'End') => {
    await position.focus();
    await page.keyboard.press(key);
    return clip.evaluate((canvas) => {
      const context = new OffscreenCanvas(64, 64).getContext('2d')!;
      context.drawImage(canvas as HTMLCanvasElement, 0, 0);
      return Array.from(context.getImageData(0, 0, 64, 64).data);
    });
  };
  const [first, last] = [await frame('Home'), await frame('End')];
  const isBlue = (rgba: number[]) => rgba[2]! > 150 && rgba[2]! > 1.5 * rgba[0]!;
  for (const corner of [0, 63, 64 * 63, 64 * 64 - 1])
    expect(isBlue(first.slice(4 * corner, 4 * corner + 4))).toBe(true);
  /** Mean column of what is not background. */
  const ballX = (rgba: number[]): number => {
    const columns = Array.from({ length: 64 * 64 }, (_, i) => i)
      .filter((i) => !isBlue(rgba.slice(4 * i, 4 * i + 4)))
      .map((i) => i % 64);
    return columns.reduce((sum, x) => sum + x, 0) / columns.length;
  };
  expect(ballX(last) - ballX(first)).toBeGreaterThan(20);
});
