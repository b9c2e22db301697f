import { readFile } from 'node:fs/promises';
import { decode } from 'fast-png';
import { expect, test, type Page } from '@playwright/test';
import { StudioPage, type StoryModel } from './studio-page';

async function openWithPicture(page: Page, model: StoryModel = 'tiny'): Promise<StudioPage> {
  const studio = new StudioPage(page, model);
  await studio.open();
  await studio.useFewSteps();
  await studio.write('a red car');
  await studio.generate.click();
  await studio.showsAll(256);
  return studio;
}

test('dragging the size redraws the same picture while the hand moves', async ({ page }) => {
  const studio = await openWithPicture(page, 'nano');
  const track = await page.locator('.view-controls .range__track').first().boundingBox();
  if (!track) throw new Error('the size slider is not on the page');
  const y = track.y + track.height / 2;
  await page.mouse.move(track.x + track.width * ((256 - 64) / (1024 - 64)), y);
  await page.mouse.down();
  for (let step = 1; step <= 12; step++) {
    await page.mouse.move(
      track.x + track.width * ((256 + (step * 256) / 12 - 64) / (1024 - 64)),
      y,
    );
  }
  await page.mouse.up();
  await studio.showsAll(512);
  const { width, height } = await studio.pixels();
  expect([width, height]).toEqual([512, 512]);
  await expect(studio.discard).toHaveCount(0);
});

test('the size slider reaches from 64 to 1024 by keyboard', async ({ page }) => {
  const studio = await openWithPicture(page);
  await studio.slider('Size').focus();
  await page.keyboard.press('Home');
  await studio.showsAll(64);
  await page.keyboard.press('ArrowRight');
  await studio.showsAll(80);
  await page.keyboard.press('End');
  await studio.showsAll(1024);
});

test('the detail slider and the timeline show the picture as it was at a level', async ({
  page,
}) => {
  const studio = await openWithPicture(page);
  const full = await studio.pixels();
  await studio.slider('Detail').focus();
  await page.keyboard.press('Home');
  await studio.shows(1, 256);
  const coarse = await studio.pixels();
  expect(coarse.points).not.toBe(full.points);
  await studio.level(studio.levels).click();
  await studio.showsAll(256);
  await expect.poll(() => studio.pixels()).toEqual(full);
  await studio.level(1).click();
  await studio.shows(1, 256);
  await expect.poll(() => studio.pixels()).toEqual(coarse);
});

test('the PNG has the size that is shown and a name that tells what it is', async ({ page }) => {
  const studio = await openWithPicture(page);
  await studio.slider('Size').focus();
  await page.keyboard.press('Home');
  await studio.showsAll(64);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download PNG' }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^a-red-car-seed\d+-level\d-64x64\.png$/);
  const png = decode(await readFile(await download.path()));
  expect([png.width, png.height]).toEqual([64, 64]);
  expect(new Set(png.data).size).toBeGreaterThan(16);
});

test('the latent is a small file', async ({ page }) => {
  await openWithPicture(page);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download latent', exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^a-red-car-seed\d+\.dcs$/);
  const file = await readFile(await download.path());
  expect(file.length).toBeGreaterThan(100);
  expect(file.length).toBeLessThan(200_000);
});

test('two views of one picture lie on each other behind a divider', async ({ page }) => {
  const studio = await openWithPicture(page);
  await page.getByRole('button', { name: 'Compare' }).click();
  const pinned = page.getByRole('img', { name: /^Pinned of: a red car/ });
  await expect(pinned).toHaveAccessibleName(new RegExp(`Level ${studio.levels}, 256 by 256`));
  await studio.level(1).click();
  await studio.shows(1, 256);
  const area = await pinned.boundingBox();
  await expect.poll(() => studio.picture.boundingBox()).toEqual(area);
  const divider = page.getByRole('slider', { name: /^Divider/ });
  await divider.focus();
  await page.keyboard.press('Home');
  await expect(pinned).toHaveCSS('clip-path', 'inset(0px 100% 0px 0px)');
  await page.keyboard.press('End');
  await expect(pinned).toHaveCSS('clip-path', 'inset(0px 0% 0px 0px)');
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(pinned).toHaveCount(0);
});

test('one latent is drawn at every level and size, as one sheet', async ({ page }) => {
  const studio = await openWithPicture(page);
  await page.getByRole('button', { name: 'All sizes' }).click();
  const cells = page.getByRole('dialog').getByRole('img');
  await expect(cells).toHaveCount(studio.levels * 4);
  await expect(cells.last()).toHaveAccessibleName(`Level ${studio.levels}, 512 by 512 pixels`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as one PNG' }).click(),
  ]);
  const sheet = decode(await readFile(await download.path()));
  const sides = 64 + 128 + 256 + 512;
  expect([sheet.width, sheet.height]).toEqual([sides + 5 * 8, studio.levels * (512 + 8) + 8]);
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('the picture is copied for another program', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const studio = await openWithPicture(page);
  await studio.slider('Size').focus();
  await page.keyboard.press('Home');
  await studio.showsAll(64);
  await page.getByRole('button', { name: 'Copy picture' }).click();
  await expect(page.getByRole('button', { name: 'Picture copied' })).toBeVisible();
  const size = await page.evaluate(async () => {
    const [item] = await navigator.clipboard.read();
    const bitmap = await createImageBitmap((await item?.getType('image/png')) ?? new Blob());
    return [bitmap.width, bitmap.height];
  });
  expect(size).toEqual([64, 64]);
});
