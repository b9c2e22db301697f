import { expect, test, type Locator, type Page } from '@playwright/test';
import { StudioPage } from './studio-page';

async function openStudio(page: Page): Promise<StudioPage> {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.useFewSteps();
  await studio.write('a red car');
  return studio;
}

const kept = (page: Page, name: RegExp): Locator => page.getByRole('button', { name });
const choose = (page: Page, group: RegExp, choice: string): Promise<void> =>
  page
    .getByRole('radiogroup', { name: group })
    .getByRole('radio', { name: choice, exact: true })
    .check({ force: true });

test('drafts of four seeds, two of them finished, nothing made twice', async ({ page }) => {
  const studio = await openStudio(page);
  await choose(page, /^Levels/, '1');
  await choose(page, /^How many/, '4 pictures');
  await studio.generate.click();
  await expect(kept(page, /^Open a red car, seed \d+, level 1 of 3$/)).toHaveCount(4);
  await expect(studio.stop).toHaveCount(0);
  await page.getByRole('button', { name: 'Select drafts' }).click();
  const drafts = kept(page, /^Select a red car/);
  await drafts.nth(0).click();
  await drafts.nth(2).click();
  await page.getByRole('button', { name: 'Finish 2 pictures', exact: true }).click();
  await expect(kept(page, /level 3 of 3$/)).toHaveCount(2);
  await expect(studio.stop).toHaveCount(0);
  await expect(kept(page, /level 1 of 3$/)).toHaveCount(2);
});

test('a picture stays after a reload, and goes on from where it was', async ({ page }) => {
  const studio = await openStudio(page);
  await choose(page, /^Levels/, '2');
  await studio.generate.click();
  await studio.shows(2, 256);
  const before = await studio.pixels();
  await expect(kept(page, /level 2 of 3$/)).toHaveCount(1);
  await page.reload();
  await studio.ready();
  await kept(page, /level 2 of 3$/).click();
  await studio.shows(2, 256);
  await expect.poll(() => studio.pixels()).toEqual(before);
  await studio.goesOnFromLevel2(before);
  await expect(kept(page, /level 3 of 3$/)).toHaveCount(1);
});

test('a reload in the middle of a run loses no finished level', async ({ page }) => {
  const studio = await openStudio(page);
  await studio.generate.click();
  await expect.poll(() => studio.said()).toContain('Level 1 of 3 finished.');
  await expect(kept(page, /level [12] of 3$/)).toHaveCount(1);
  await page.reload();
  await studio.ready();
  await expect(kept(page, /level [123] of 3$/)).toHaveCount(1);
});

test('kept pictures are searched, starred, deleted, brought back and reused', async ({ page }) => {
  const studio = await openStudio(page);
  await choose(page, /^Levels/, '1');
  await studio.generateWhole();
  await studio.write('a blue boat');
  await studio.generateWhole();
  const search = page.getByRole('searchbox', { name: 'Search your pictures' });
  await search.fill('boat');
  await expect(kept(page, /^Open /)).toHaveCount(1);
  const menu = async (choice: string): Promise<void> => {
    await kept(page, /^More about a blue boat/).click();
    await page.getByRole('menuitem', { name: choice }).click();
  };
  await menu('Star');
  await search.fill('');
  await page.getByRole('button', { name: 'Starred only' }).click();
  await expect(kept(page, /^Open /)).toHaveCount(1);
  await menu('Delete');
  await expect(kept(page, /^Open /)).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(kept(page, /^Open /)).toHaveCount(1);
  await studio.write('something else');
  await menu('Use its prompt');
  await expect(studio.prompt).toHaveValue('a blue boat');
});

test('settings and prompts come back by keys', async ({ page }) => {
  const studio = await openStudio(page);
  await choose(page, /^Levels/, '1');
  await studio.generateWhole();
  await expect(kept(page, /^Open a red car/)).toHaveCount(1);
  await studio.write('a blue boat');
  await studio.prompt.press('Alt+ArrowUp');
  await expect(studio.prompt).toHaveValue('a red car');
  await studio.prompt.press('Alt+ArrowDown');
  await expect(studio.prompt).toHaveValue('a blue boat');
  await choose(page, /^Levels/, '3');
  await page.keyboard.press('Control+z');
  const levels = page.getByRole('radiogroup', { name: /^Levels/ });
  await expect(levels.getByRole('radio', { name: '1', exact: true })).toBeChecked();
  await page.keyboard.press('Control+Shift+z');
  await expect(levels.getByRole('radio', { name: '3', exact: true })).toBeChecked();
});
