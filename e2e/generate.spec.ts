import { expect, test } from '@playwright/test';
import { colourCount, StudioPage } from './studio-page';

test('a picture grows level by level, each said and shown as it comes', async ({ page }) => {
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  await studio.useFewSteps();
  await studio.write('red apple on a light blue background');
  await studio.generateWhole();
  for (let level = 1; level <= studio.levels; level++) {
    await expect(studio.level(level)).toBeEnabled();
  }
  await studio.showsAll(256);
  expect((await studio.said()).filter((text) => text.includes('finished'))).toEqual([
    ...Array.from(
      { length: studio.levels },
      (_, index) => `Level ${index + 1} of ${studio.levels} finished.`,
    ),
    `The picture is finished with ${studio.levels} levels.`,
  ]);
  const { width, height, points } = await studio.pixels();
  expect([width, height]).toEqual([256, 256]);
  expect(colourCount(points)).toBeGreaterThan(16);
});

test('the shipped model draws what is asked for', async ({ page }) => {
  const studio = new StudioPage(page, 'nano');
  test.skip(studio.model === 'tiny', 'its weights are random');
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
