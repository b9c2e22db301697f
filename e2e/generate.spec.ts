import { expect, test } from '@playwright/test';
import { colourCount, StudioPage } from './studio-page';

test('a picture grows level by level, each said and shown as it comes', async ({ page }) => {
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  await studio.useFewSteps();
  // Small, for SwiftShader draws the frames while it grows too.
  await studio.slider('Size').focus();
  await page.keyboard.press('Home');
  await studio.write('red apple on a light blue background');
  await studio.generateWhole();
  for (let level = 1; level <= studio.levels; level++) {
    await expect(studio.level(level)).toBeEnabled();
  }
  await studio.showsAll(64);
  expect((await studio.said()).filter((text) => text.includes('finished'))).toEqual([
    ...Array.from(
      { length: studio.levels },
      (_, index) => `Level ${index + 1} of ${studio.levels} finished.`,
    ),
    `The picture is finished with ${studio.levels} levels.`,
  ]);
  const { width, height, points } = await studio.pixels();
  expect([width, height]).toEqual([64, 64]);
  expect(colourCount(points)).toBeGreaterThan(16);
});
