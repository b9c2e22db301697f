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
