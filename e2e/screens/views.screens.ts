import { expect, test } from '@playwright/test';
import { dropPhoto } from '../lab-files';
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

test('the studio', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  await shoot(page, 'first-visit');

  for (const prompt of DRAFTS) await make(studio, prompt);
  await studio.write('sunflower on a blue background');
  await studio.generate.click();
  await page.getByRole('button', { name: /^Watch level 3/ }).waitFor();
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
  await expect(page.getByRole('dialog').getByRole('img')).toHaveCount(studio.levels * 4);
  await shoot(page, 'all-sizes');
  await page.getByRole('button', { name: 'Close' }).click();

  await page.getByRole('button', { name: /^Under the hood/ }).click();
  await shoot(page, 'under-the-hood', page.getByText('Where the time went'));
  await page.getByRole('button', { name: /^Under the hood/ }).click();

  await shoot(page, 'gallery', page.getByRole('searchbox'));
  await page.evaluate(() => window.scrollTo(0, 0));

  await page.getByRole('button', { name: 'About', exact: true }).click();
  await page.getByRole('dialog').waitFor();
  await shoot(page, 'about');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Models' }).click();
  await page.getByRole('dialog').waitFor();
  await shoot(page, 'models');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'Zoom in' }).click({ clickCount: 4, delay: 100 });
  await page.locator('.tile:not(.tile--absent)').first().waitFor();
  await shoot(page, 'zoom');
});

test('grid and benchmark', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  await studio.write('a cat on a yellow background');
  await page.getByRole('button', { name: 'X/Y grid' }).click();
  const dialog = page.getByRole('dialog');
  const values = dialog.getByLabel('Values, with commas between them');
  await values.first().fill('1, 4, 8');
  await values.last().fill('6, 25');
  await dialog.getByRole('button', { name: 'Make the grid' }).click();
  await dialog.getByText('6 of 6 cells are drawn.').waitFor();
  await shoot(page, 'grid');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: /^Under the hood/ }).click();
  await page.getByRole('button', { name: 'Benchmark' }).click();
  await dialog.getByRole('button', { name: 'Measure', exact: true }).click();
  await dialog.getByRole('button', { name: 'Download JSON' }).waitFor();
  await shoot(page, 'benchmark');
});

test('reconstruct lab', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  await dropPhoto(page);
  const lab = page.getByRole('dialog', { name: 'Reconstruct' });
  await lab.getByRole('img', { name: /Level 1: .* bytes, .* dB; .*Level 4: / }).waitFor();
  await shoot(page, 'lab');
  await lab.getByRole('slider', { name: 'Levels a patch' }).focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('PageUp');
  await lab.getByText('shared out').waitFor();
  await lab.getByText('More detail').click();
  await shoot(page, 'lab-levels');
});

test('a clip', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const studio = new StudioPage(page, 'nano-clips');
  await studio.open();
  await page.getByRole('radio', { name: '1 s', exact: true }).check({ force: true });
  await make(studio, 'a wobbling panda on a pink background');
  await page.getByRole('button', { name: 'Play' }).waitFor(); // reduced motion: clips wait to be played
  await shoot(page, 'clip');
});

test('clips of the test model, presets, the tour', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const studio = new StudioPage(page, 'tiny');
  await studio.open();
  await page.getByRole('button', { name: 'Take the tour' }).click();
  await page.getByRole('dialog').waitFor();
  await shoot(page, 'tour');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Choose a preset' }).click();
  await page.getByRole('menu').waitFor();
  await shoot(page, 'presets');
  await page.keyboard.press('Escape');
  await page
    .getByRole('radiogroup', { name: /^Length/ })
    .getByRole('radio', { name: '1 s', exact: true })
    .check({ force: true });
  await make(studio, 'a red car bounces');
  await page.getByRole('button', { name: 'All sizes and rates' }).click();
  await page.getByText('18 of 18 drawn').waitFor();
  await shoot(page, 'all-rates');
});

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });
  test('the first visit', async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const studio = new StudioPage(page, 'nano');
    await studio.open();
    await shoot(page, 'german');
  });
});
