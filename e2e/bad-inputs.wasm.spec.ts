import { expect, test } from '@playwright/test';
import { StudioPage } from './studio-page';

const PROMPTS: readonly (readonly [name: string, prompt: string])[] = [
  ['nothing', ''],
  ['10,000 characters', 'apple '.repeat(1667).slice(0, 10_000)],
  ['emoji', '\u{1F34E}\u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u{1F1EB}\u{1F1F7}'],
  ['control characters', 'cat\u0000\u0007\u001B[31m\u202E dog\uFFFF'],
  ['half a surrogate pair', 'cat \uD83C'],
  ['markup', '<img src=x onerror=alert(1)> ${7*7} {{7*7}}'],
];

test('whatever is typed gives a picture', async ({ page }) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  await studio.useFewSteps();
  for (const [name, prompt] of PROMPTS) {
    await test.step(`a prompt of ${name}`, async () => {
      await studio.write(prompt);
      await studio.generateWhole();
      await studio.showsAll(256);
      await expect(page.getByRole('alert')).toHaveCount(0);
    });
  }
  expect(errors).toEqual([]);
});

test('the prompt says what the model does not read or know, and puts a slip right', async ({
  page,
}) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.write('apple '.repeat(400));
  await expect(page.getByText(/Too long: the last \d+ tokens are not read/)).toBeVisible();
  await studio.write('cyberpunk zzyzx');
  await expect(page.getByText(/Nothing here is something this model has learnt/)).toBeVisible();
  await studio.write('cyberpunk ocotpus');
  await expect(page.getByText(/has not learnt .cyberpunk., .ocotpus./)).toBeHidden();
  await page.getByRole('button', { name: /Did you mean .octopus./ }).click();
  await expect(studio.prompt).toHaveValue('cyberpunk octopus');
  await expect(page.getByText(/has not learnt .cyberpunk./)).toBeVisible();
});

test('a seed that is no number is marked and not taken', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  const seed = page.getByRole('textbox', { name: 'Seed' });
  await seed.fill('seven');
  await expect(seed).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByRole('alert')).toHaveText(/A seed is a whole number/);
  await seed.fill('-1');
  await seed.press('Enter');
  await expect(seed).not.toHaveAttribute('aria-invalid', 'true');
  await studio.useFewSteps();
  await studio.generate.click();
  await studio.showsAll(256);
});

test('damaged settings of an earlier visit do no harm', async ({ page }) => {
  await page.addInitScript(() => localStorage.setItem('dcs-studio.settings.1', '{"seed": 5, "pro'));
  const studio = new StudioPage(page);
  await studio.open();
  await expect(studio.prompt).toHaveValue('');
});
