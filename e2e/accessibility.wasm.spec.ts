import { expect, test, type Page } from '@playwright/test';
import { examine } from './examine';
import { dropPhoto } from './lab-files';
import { StudioPage } from './studio-page';

const DEVICES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 360, height: 740 },
};

for (const [device, viewport] of Object.entries(DEVICES)) {
  test(`nothing on a ${device} is a serious barrier`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.setViewportSize(viewport);
    const studio = new StudioPage(page);
    await studio.open();
    await examine(page, 'an empty studio');

    const next = page.getByRole('button', { name: /^Next picture/ });
    if ((await next.getAttribute('aria-expanded')) === 'false') await next.click();
    await studio.useFewSteps();
    await studio.generate.click();
    await studio.showsAll(256);
    await page.getByRole('button', { name: /^Under the hood/ }).click();
    await studio.prompt.fill('a zzyzx and a re');
    await expect(page.getByRole('listbox')).toBeVisible();
    await examine(page, 'a picture, figures and suggestions');

    await dropPhoto(page);
    await expect(page.getByText('PSNR', { exact: true })).toBeVisible();
    await page.getByText('Levels', { exact: true }).last().click();
    await examine(page, 'the lab');
    await page.getByRole('button', { name: 'Close' }).click();

    await page.getByRole('button', { name: 'About', exact: true }).click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await examine(page, 'the dialog');
  });
}

test('a whole visit works by keyboard alone', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.prompt.focus();
  await page.keyboard.type('a cat on a bl');
  const list = page.getByRole('listbox', { name: 'Words this model knows' });
  await expect(list).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await expect(studio.prompt).toHaveAttribute('aria-activedescendant', /option-0$/);
  await page.keyboard.press('Enter');
  await expect(studio.prompt).toHaveValue(/^a cat on a bl\w+ background $/);
  await expect(studio.prompt).toBeFocused();

  await page.keyboard.press('Control+Enter');
  await expect(studio.level(1)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(studio.stop).toHaveCount(0);

  await tabTo(page, 'Size');
  await page.keyboard.press('Home');
  await expect(studio.picture).toHaveAccessibleName(/64 by 64 pixels/);
  await tabTo(page, 'Under the hood');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Runs on')).toBeVisible();
  await page.keyboard.press('Shift+Tab');
  await expect(page.locator(':focus-visible')).toHaveCount(1);
});

test('the chosen appearance is kept for the next visit', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.openWithoutWaiting();
  const button = page.getByRole('button', { name: /^Appearance/ });
  await button.click();
  await button.click();
  await expect(button).toHaveAccessibleName('Appearance: Dark');
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await page.reload();
  await expect(button).toHaveAccessibleName('Appearance: Dark');
  expect(await background()).toBe(dark);
});

/** Presses Tab until the element that has the focus is called this. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    if ((await focused.count()) === 0) continue;
    const label = await focused.evaluate((element) => {
      const labelled = element.getAttribute('aria-labelledby')?.split(' ') ?? [];
      const texts = labelled.map((id) => document.getElementById(id)?.textContent ?? '');
      return [element.getAttribute('aria-label'), ...texts, element.textContent].join(' ');
    });
    if (label.includes(name)) return;
  }
  throw new Error(`Tab never reached "${name}".`);
}
