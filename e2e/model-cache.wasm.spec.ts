import { expect, test } from '@playwright/test';
import { StudioPage } from './studio-page';

/** Files of a bundle besides its manifest, which is asked for anew at every visit. */
const isModelFile = (url: string): boolean =>
  /\/models\/.+\.(onnx|bin)$|tokenizer\.json$/.test(url);

test('the second visit takes the model from the browser, not from the network', async ({
  context,
  page,
}) => {
  const asked: string[] = [];
  context.on('request', (request) => {
    if (isModelFile(request.url())) asked.push(request.url());
  });
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  expect(asked.length).toBeGreaterThan(6);

  asked.length = 0;
  await page.reload();
  await studio.ready();
  expect(asked).toEqual([]);
  await page.getByRole('button', { name: /^Under the hood/ }).click();
  await expect(page.getByText(/from this browser$/)).toBeVisible();
});

test('a first visit downloads at most 60 MB: page, runtime and model', async ({
  context,
  page,
}) => {
  const sizes: Promise<number>[] = [];
  context.on('requestfinished', (request) => {
    sizes.push(request.sizes().then((size) => size.responseBodySize + size.responseHeadersSize));
  });
  const studio = new StudioPage(page, 'nano');
  await studio.open();
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  // A measurement that misses the worker's requests would be below its largest file.
  const weights = await page.request.head(`/models/${studio.model}/dit_step.f16.bin`);
  expect(bytes).toBeGreaterThan(Number(weights.headers()['content-length']));
  expect(bytes).toBeLessThanOrEqual(60e6);
});

test('a reload in the middle of a download loses no file that was finished', async ({ page }) => {
  const large = /\/dit_step\.f16\.bin$/;
  let isHeld = true;
  // A held request is never answered. The route stays: without it Chromium would send the request on.
  await page.route(large, (route) => (isHeld ? undefined : route.continue()));
  const studio = new StudioPage(page);
  await studio.openWithoutWaiting();
  const keptFiles = () =>
    page.evaluate(async () =>
      (await (await caches.open('dcs-models-1')).keys()).map(({ url }) => url),
    );
  // The manifest and all files but the one that is on its way.
  await expect.poll(async () => (await keptFiles()).length).toBe(14);
  isHeld = false;
  const asked: string[] = [];
  page.on('request', (request) => {
    if (isModelFile(request.url())) asked.push(request.url());
  });
  await page.reload();
  await studio.ready();
  expect(asked).toEqual([expect.stringMatching(large)]);
});

test('a model file that arrives damaged is refused, and loading again mends it', async ({
  page,
}) => {
  let isDamaged = true;
  await page.route('**/models/**/dit_step.f16.bin', async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    if (isDamaged) body[100] = (body[100] ?? 0) ^ 255;
    isDamaged = false;
    await route.fulfill({ response, body });
  });
  const studio = new StudioPage(page);
  await studio.openWithoutWaiting();
  const card = page.getByRole('alert');
  await expect(card).toContainText('A model file arrived damaged');
  await card.getByRole('button', { name: 'Load the model again' }).click();
  await studio.ready();
});

test('a model that cannot be reached says so and can be tried again', async ({ page }) => {
  await page.route('**/models/**/manifest.json', (route) => route.abort(), { times: 1 });
  const studio = new StudioPage(page);
  await studio.openWithoutWaiting();
  const card = page.getByRole('alert');
  await expect(card).toContainText('The model could not be downloaded');
  await expect(card).toContainText('Your prompt and settings are kept.');
  await card.getByRole('button', { name: 'Load the model again' }).click();
  await studio.ready();
});
