import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { StudioPage } from './studio-page';

/** Makes two levels of a cat and takes them along as a file; gives its path and what was on the canvas. */
async function keepTwoLevels(
  studio: StudioPage,
): Promise<{ path: string; before: Awaited<ReturnType<StudioPage['pixels']>> }> {
  const { page } = studio;
  await studio.open();
  await studio.useFewSteps();
  await studio.write('a cat');
  await page.getByRole('radio', { name: '2', exact: true }).check({ force: true });
  await studio.generate.click();
  await studio.shows(2, 256);
  const before = await studio.pixels();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download latent', exact: true }).click(),
  ]);
  return { path: await download.path(), before };
}

test('a kept picture comes back after a reload, goes on, and its level 2 stays what it was', async ({
  page,
}) => {
  const studio = new StudioPage(page);
  const { path, before } = await keepTwoLevels(studio);
  await studio.open();
  await studio.write('something else');
  await page.locator('input[type="file"]').setInputFiles(path);
  await studio.shows(2, 256);
  await expect.poll(() => studio.pixels()).toEqual(before);
  await expect(studio.prompt).toHaveValue('a cat');

  await studio.goesOnFromLevel2(before);
});

test('a file that is cut off shows its whole levels when it is dropped, and another kind says why not', async ({
  page,
}) => {
  const studio = new StudioPage(page);
  const { path } = await keepTwoLevels(studio);
  const file = await readFile(path);
  await studio.drop(file.subarray(0, file.length - 1));
  await studio.shows(1, 256);
  expect(await studio.said()).toContain(
    'Opened. The file is cut off: 1 of its 2 levels are whole.',
  );

  await studio.drop(new TextEncoder().encode('a holiday photograph'));
  await expect(page.getByRole('alert')).toContainText('not a usable .dcs file');
  await expect(studio.picture).toHaveAccessibleName(/Level 1/);
});

test('a PNG that is dropped back is the picture itself, and goes on', async ({ page }) => {
  const studio = new StudioPage(page);
  const { before } = await keepTwoLevels(studio);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download PNG' }).click(),
  ]);
  const png = await readFile(await download.path());
  await studio.open();
  await studio.drop(png);
  await studio.shows(2, 256);
  await expect.poll(() => studio.pixels()).toEqual(before);
  await studio.goesOnFromLevel2(before);
});

test('a link opens the very picture', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const studio = new StudioPage(page);
  const { before } = await keepTwoLevels(studio);
  await page.getByRole('button', { name: 'Copy link', exact: true }).click();
  await expect(page.getByRole('button', { name: 'Link copied' })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('#dcs=');
  await page.goto('about:blank');
  await page.goto(link);
  await studio.shows(2, 256);
  await expect(studio.prompt).toHaveValue('a cat');
  // Eight bits a value: the same to the eye.
  const after = (await studio.pixels()).points.split(',').map(Number);
  const differences = before.points.split(',').map((value, i) => Number(value) - (after[i] ?? 0));
  expect(Math.max(...differences.map(Math.abs))).toBeLessThan(16);
});
