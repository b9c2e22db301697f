import { test, type Page } from '@playwright/test';
import { StudioPage } from '../studio-page';
import { shoot } from './shoot';

const DRAFTS = [
  'red apple on a light blue background',
  'a cat on a yellow background',
  'a rocket on a black background',
];

async function make(studio: StudioPage, prompt: string): Promise<void> {
  await studio.write(prompt);
  await studio.generateWhole();
}

/** Brings a part of the page under the top edge. */
async function bringUp(page: Page, name: string | RegExp): Promise<void> {
  await page
    .getByRole('button', { name })
    .first()
    .evaluate((element) => {
      element.scrollIntoView({ block: 'start' });
    });
}

test('the studio', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  await shoot(page, 'first-visit');

  for (const prompt of DRAFTS) await make(studio, prompt);
  await studio.write('sunflower on a blue background');
  await studio.generate.click();
  await studio.level(2).waitFor();
  await shoot(page, 'growing');
  await studio.showsAll(256);
  await shoot(page, 'picture');

  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await studio.level(1).click();
  await studio.shows(1, 256);
  await shoot(page, 'compare');
  await page.getByRole('button', { name: 'Side by side' }).click();
  for (const key of ['+', '+']) await page.keyboard.press(key);
  await page.locator('.tile:not(.tile--absent)').nth(1).waitFor();
  await shoot(page, 'side-by-side');
  await page.keyboard.press('0');
  await page.getByRole('button', { name: 'Side by side' }).click();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await studio.level(studio.levels).click();
  await studio.showsAll(256);

  await page.getByRole('button', { name: 'All sizes' }).click();
  await page.getByRole('dialog').getByRole('img').last().waitFor();
  await shoot(page, 'all-sizes');
  await page.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: /^Under the hood/ }).click();
  await bringUp(page, /^Under the hood/);
  await shoot(page, 'under-the-hood');
  await page.getByRole('button', { name: /^Under the hood/ }).click();

  await page.getByRole('searchbox').scrollIntoViewIfNeeded();
  await shoot(page, 'gallery');
  await page.evaluate(() => window.scrollTo(0, 0));

  await page.getByRole('button', { name: 'About', exact: true }).click();
  await page.getByRole('dialog').waitFor();
  await shoot(page, 'about');
});
