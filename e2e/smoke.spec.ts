import { expect, test } from '@playwright/test';

test('the page is cross-origin isolated, so that WASM can use threads', async ({ page }) => {
  await page.goto('/');
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test('the page opens without an error in the console', async ({ page }) => {
  const errors: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  page.on('pageerror', (error) => errors.push(error.message));
  await page.goto('/', { waitUntil: 'networkidle' });
  await expect(page).toHaveTitle('DCS Studio');
  await expect(page.locator('#root')).not.toBeEmpty();
  expect(errors).toEqual([]);
});

test('WebGPU is there in the project that is named after it, and only there', async ({ page }) => {
  await page.goto('/');
  const hasAdapter = await page.evaluate(
    async () => 'gpu' in navigator && (await navigator.gpu.requestAdapter()) !== null,
  );
  expect(hasAdapter).toBe(test.info().project.name === 'webgpu');
});
