import { fileURLToPath } from 'node:url';
import { expect, test, type Page } from '@playwright/test';
import { StudioPage } from './studio-page';

const TINY = fileURLToPath(new URL('../public/models/tiny', import.meta.url));
const NO_MODEL = fileURLToPath(new URL('engine', import.meta.url));

const openModels = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Models' }).click();
const inUse = (page: Page) => page.getByRole('listitem').filter({ hasText: 'In use' });

/** Drops a file or a folder of this computer on the page. */
async function drop(page: Page, path: string): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await devtools.send('Input.dispatchDragEvent', { type, x: 300, y: 300, data });
}

test('a folder is chosen and its model draws, at the next visit too', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.useFewSteps();
  await openModels(page);
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a folder' }).click();
  await (await choosing).setFiles(TINY);
  // The dialog closes when the files are checked; then the model is loaded.
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await studio.ready();
  await studio.generateWhole();
  await studio.showsAll(256);

  const asked: string[] = [];
  page.on('request', (request) => {
    if (/\.(onnx|bin)$/.test(request.url())) asked.push(request.url());
  });
  // Without a model in the address: the one that was chosen.
  await page.goto('/?backend=wasm');
  await studio.ready();
  expect(asked).toEqual([]);
  await openModels(page);
  await expect(inUse(page)).toHaveAccessibleName('Tiny');
  await page.getByRole('button', { name: 'Use nano', exact: true }).click();
  await studio.ready();

  // A picture of the other model leads back to it.
  const kept = page.getByRole('button', { name: /^Open a picture without a prompt/ });
  await kept.click();
  const card = page.getByRole('alert');
  await expect(card).toContainText('was made with the model "tiny"');
  await card.getByRole('button', { name: 'Choose a model' }).click();
  // There are two of it: from the address and from the folder.
  await page.getByRole('button', { name: 'Use Tiny' }).first().click();
  await studio.ready();
  await kept.click();
  await studio.showsAll(256);
});

test('an address or a folder that is no model says why, and the model in use stays', async ({
  page,
}) => {
  const studio = new StudioPage(page);
  await studio.open();
  await drop(page, NO_MODEL);
  const problem = page.getByRole('dialog').getByRole('alert');
  await expect(problem).toContainText('none of its 2 files is manifest.json');
  const address = page.getByRole('textbox', { name: 'Address of a model' });
  await address.fill(new URL('/models/', page.url()).href);
  await address.press('Enter');
  await expect(problem).toContainText('the server answered 404');
  await expect(inUse(page)).toHaveAccessibleName('Tiny');
  await address.fill(new URL('/models/tiny/', page.url()).href);
  await address.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await studio.ready();
});

test('kept model files are listed with their size and deleted', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await openModels(page);
  await expect(page.getByRole('listitem', { name: 'Tiny' })).toContainText(
    /[\d.]+ [kM]B in this browser/,
  );
  await page.getByRole('button', { name: 'Delete the files of Tiny' }).click();
  await expect(page.getByText(/B in this browser/)).toHaveCount(0);
  const left = await page.evaluate(
    async () => (await (await caches.open('dcs-models-1')).keys()).length,
  );
  expect(left).toBe(0);
});
