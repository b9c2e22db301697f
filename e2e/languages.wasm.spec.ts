import { expect, test } from '@playwright/test';
import { examine } from './examine';
import { StudioPage } from './studio-page';

test.use({ locale: 'de-DE' });

test('the page speaks the language of the browser, until another one is chosen for good', async ({
  page,
}) => {
  const studio = new StudioPage(page);
  await studio.openWithoutWaiting();
  const html = page.locator('html');
  await expect(html).toHaveAttribute('lang', 'de');
  await expect(page.getByRole('heading', { name: 'Eigene Bilder' })).toBeVisible();

  await page.getByRole('button', { name: 'Sprache: Wie der Browser' }).click();
  await expect(page.getByRole('menuitemradio', { name: 'Wie der Browser' })).toBeChecked();
  await page.getByRole('menuitemradio', { name: 'English' }).click();
  await expect(html).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('heading', { name: 'Your pictures' })).toBeVisible();

  await page.reload();
  await expect(html).toHaveAttribute('lang', 'en');
  await page.getByRole('button', { name: 'Language: English' }).click();
  await expect(page.getByRole('menuitemradio', { name: 'English' })).toBeChecked();
});

test('a picture is made in German, and nothing sticks out or is a serious barrier', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const studio = new StudioPage(page);
  await studio.open();
  await expect(page.getByRole('slider', { name: 'Führung' })).toHaveAccessibleName('Führung');
  await page.getByRole('slider', { name: 'Schritte' }).press('Home');
  await page.getByRole('button', { name: /^Erzeugen/ }).click();
  await expect(page.getByRole('img', { name: /^Bild ohne Prompt/ })).toHaveAccessibleName(
    'Bild ohne Prompt. Stufe 3, 256 mal 256 Pixel.',
  );
  await expect
    .poll(() => studio.said())
    .toEqual(expect.arrayContaining(['Das Bild ist fertig, mit 3 Stufen.']));

  await page.getByRole('button', { name: /^Unter der Haube/ }).click();
  await expect(page.getByText(/^\d+,\d ms$/).first()).toBeVisible();
  await examine(page, 'a German desktop');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: /^Nächstes Bild/ }).click();
  await examine(page, 'a German phone');
});
