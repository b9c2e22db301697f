import { readFile } from 'node:fs/promises';
import { expect, test, type Page } from '@playwright/test';
import { dropFile, dropPhoto, movingGif } from './lab-files';
import { StudioPage } from './studio-page';

/** A figure of the lab as a number, once nothing is being reconstructed. */
async function figure(page: Page, name: string): Promise<number> {
  await expect(page.getByText('Reconstructing')).toHaveCount(0);
  const text = await page.locator('.lab__figure', { hasText: name }).locator('dd').textContent();
  return Number.parseFloat((text ?? '').replaceAll(',', ''));
}

/** Levels that the map shows, patch by patch. */
async function mapped(page: Page): Promise<number[]> {
  return (await page.locator('.lab__patch').allTextContents()).map(Number);
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

test('a photo is measured level by level, its levels are shared out and painted, and it is kept and opened again', async ({
  page,
}) => {
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  await dropPhoto(page);
  const lab = page.getByRole('dialog', { name: 'Reconstruct' });
  const curve = lab.getByRole('img', { name: /Level 1: .* bytes, .* dB; .*Level 4: / });
  await expect(curve).toBeVisible();
  const whole = { psnr: await figure(page, 'PSNR'), bytes: await figure(page, 'Bytes') };
  expect(whole.psnr).toBeGreaterThan(20);
  await lab.getByRole('slider', { name: 'Level', exact: true }).focus();
  await page.keyboard.press('Home');
  expect(await figure(page, 'PSNR')).toBeLessThan(whole.psnr);
  expect(await figure(page, 'Bytes')).toBeLessThan(whole.bytes / 2);
  await page.keyboard.press('End');

  const budget = lab.getByRole('slider', { name: 'Levels a patch' });
  await budget.focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('PageUp');
  await expect(lab.getByText('shared out')).toBeVisible();
  const shared = await figure(page, 'Bytes');
  expect(shared).toBeLessThan(whole.bytes);

  await lab.getByText('More detail').click();
  const even = await mapped(page);
  const patches = lab.getByRole('application', { name: /^Levels of the patches/ });
  const box = await patches.boundingBox();
  if (!box) throw new Error('the map is not in the lab');
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 3, box.y + 5, { steps: 6 });
  await page.mouse.up();
  const before = await figure(page, 'Painted');
  await expect.poll(() => mapped(page)).not.toEqual(even);
  expect(sum(await mapped(page))).toBe(sum(even));
  await lab.getByRole('button', { name: 'Take from elsewhere', exact: true }).click();
  await patches.focus();
  for (let column = 0; column < 3; column += 1) {
    await page.keyboard.press('+');
    await page.keyboard.press('ArrowRight');
  }
  await expect.poll(async () => sum(await mapped(page))).toBeGreaterThan(sum(even));
  expect(await figure(page, 'Painted')).toBeGreaterThan(before);
  const painted = await figure(page, 'Bytes');
  expect(painted).toBeGreaterThan(shared);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    lab.getByRole('button', { name: 'Download latent' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('garden.dcs');
  const file = await readFile(await download.path());
  expect(file.length).toBe(painted);
  const levels = Math.max(...(await mapped(page)));
  await lab.getByRole('button', { name: 'Keep in the studio' }).click();
  await expect(lab).toHaveCount(0);
  await studio.shows(levels, 352, 256);
  const kept = await studio.pixels();
  await expect(page.locator('.gallery__grid > li')).toHaveCount(1);
  await studio.level(1).click();
  await studio.shows(1, 352, 256);
  await dropFile(page, 'garden.dcs', file);
  await studio.shows(levels, 352, 256);
  await expect.poll(() => studio.pixels()).toEqual(kept);
  await expect(studio.continueTo(4)).toHaveCount(0);
});

test('an animation opens as a clip, and a photo that is torn says why not', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await dropFile(page, 'bar.gif', movingGif());
  const lab = page.getByRole('dialog', { name: 'Reconstruct' });
  const frame = lab.getByRole('slider', { name: 'Frame' });
  await frame.focus();
  await page.keyboard.press('End');
  await expect(frame).toHaveValue('24');
  expect(await figure(page, 'PSNR')).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(lab).toHaveCount(0);

  await dropFile(page, 'torn.jpg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0, 16, 1, 2, 3));
  await expect(page.getByRole('alert')).toContainText('This picture or clip cannot be read');
});
