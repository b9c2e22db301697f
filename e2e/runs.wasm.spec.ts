import { expect, test } from '@playwright/test';
import { StudioPage } from './studio-page';

test('a picture stopped at level 2 goes on to the last level later, and its level 2 stays what it was', async ({
  page,
}) => {
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  await studio.useFewSteps();
  await studio.write('a cat');
  await studio.stopAfterLevel(2);
  await studio.generate.click();
  await studio.shows(2, 256);
  const before = await studio.pixels();
  await expect(page.getByText('Its 2 levels stay exactly as they are.')).toBeVisible();

  await studio.goesOnFromLevel2(before);
});

test('a stop before level 1 keeps level 1, and the timeline goes on one level', async ({
  page,
}) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.write('a cat');
  await studio.prompt.press('Control+Enter');
  await page.keyboard.press('Escape');
  await studio.shows(1, 256);
  await page.getByRole('button', { name: 'Continue to level 2', exact: true }).click();
  await studio.shows(2, 256);
});

test('discarding a run brings back the picture there was', async ({ page }) => {
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  await studio.useFewSteps();
  await studio.write('a cat');
  await studio.generate.click();
  await studio.showsAll(256);
  const before = await studio.pixels();

  await studio.slider('Steps').focus();
  await page.keyboard.press('End');
  await studio.write('a dog');
  await studio.generate.click();
  await studio.discard.click();
  await studio.showsAll(256);
  // The earlier picture is decoded again after the discard is done.
  await expect.poll(() => studio.pixels()).toEqual(before);
  await expect(studio.picture).toHaveAccessibleName(/a cat/);
});

test('the same seed gives the same picture, another seed another', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.useFewSteps();
  await studio.write('a cat');
  const seed = page.getByRole('textbox', { name: 'Seed' });
  const draw = async (value: string) => {
    await seed.fill(value);
    await seed.press('Enter');
    await studio.generateWhole();
    await studio.showsAll(256);
    return (await studio.pixels()).points;
  };
  const first = await draw('7');
  const other = await draw('8');
  expect(other).not.toBe(first);
  expect(await draw('7')).toBe(first);
});

test('the shape of the next picture is the one that was chosen', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.useFewSteps();
  await page.getByText('Shape', { exact: true }).scrollIntoViewIfNeeded();
  await page.getByRole('radio', { name: '2:1' }).check({ force: true });
  await studio.write('a cat');
  await studio.generate.click();
  await studio.showsAll(512, 256);
});
