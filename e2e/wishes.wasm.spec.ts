import { readFile } from 'node:fs/promises';
import { decode } from 'fast-png';
import { expect, test, type Download, type Page } from '@playwright/test';
import { StudioPage } from './studio-page';

async function open(page: Page): Promise<StudioPage> {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.useFewSteps();
  return studio;
}

async function downloadOf(page: Page, press: () => Promise<void>): Promise<Download> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return download;
}

const presetMenu = (page: Page) => page.getByRole('button', { name: 'Choose a preset' });
const item = (page: Page, name: string) => page.getByRole('menuitem', { name });

test('presets are saved, used, undone, kept over a reload and carried as a file', async ({
  page,
}) => {
  const studio = await open(page);
  await studio.write('a cat on a white background, line drawing');
  await presetMenu(page).click();
  await item(page, 'Save, rename').click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.getByLabel('Words for the prompt')).toHaveValue(
    'on a white background, line drawing',
  );
  await dialog.getByLabel('Name', { exact: true }).fill('Sketch');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('New name of Sketch').fill('Pencil');
  await page.keyboard.press('Tab');
  const exported = dialog.getByRole('button', { name: 'Export as a file' });
  const file = await (await downloadOf(page, () => exported.click())).path();
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    format: 'dcs-studio-presets',
    version: 1,
    presets: [{ name: 'Pencil', settings: { steps: 4, aspect: '1:1' } }],
  });
  await page.keyboard.press('Escape');

  await page.reload();
  await studio.ready();
  await studio.write('a dog on a black background');
  await presetMenu(page).click();
  await item(page, 'Pencil').click();
  await expect(studio.prompt).toHaveValue('a dog on a white background, line drawing');
  await presetMenu(page).press('Control+z');
  await expect(studio.prompt).toHaveValue('a dog on a black background');

  await presetMenu(page).click();
  await item(page, 'Save, rename').click();
  await dialog.getByRole('button', { name: 'Delete Pencil' }).click();
  const chooser = page.waitForEvent('filechooser');
  await dialog.getByRole('button', { name: 'Import a file' }).click();
  await (await chooser).setFiles(file);
  await expect(dialog.getByText('1 preset is added.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Use Pencil' }).click();
  await expect(studio.prompt).toHaveValue('a dog on a white background, line drawing');
});

test('files are named by the template of the user, and a WebP is one', async ({ page }) => {
  const studio = await open(page);
  await studio.slider('Size').focus();
  await page.keyboard.press('Home');
  await studio.write('a red car');
  await studio.generate.click();
  await studio.showsAll(64);
  const more = page.getByRole('button', { name: 'Other formats and file names' });
  await more.click();
  await item(page, 'File names').click();
  await page.getByLabel('Template').fill('{model}/{prompt} {size} {fps}fps');
  await expect(page.getByText('tiny-a-red-car 64x64.png')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.reload();
  await studio.ready();
  await page.getByRole('button', { name: /^Open a red car/ }).click();
  await studio.showsAll(64);
  await more.click();
  const download = await downloadOf(page, () => item(page, 'WebP').click());
  expect(download.suggestedFilename()).toBe('tiny-a-red-car 64x64.webp');
  const file = await readFile(await download.path());
  expect(file.subarray(0, 4).toString() + file.subarray(8, 12).toString()).toBe('RIFFWEBP');
});

test('a grid over steps and guidance has a picture for each pair', async ({ page }) => {
  const studio = await open(page);
  await studio.slider('Size').focus();
  await page.keyboard.press('Home');
  await studio.write('a red car');
  await page.getByRole('button', { name: 'X/Y grid' }).click();
  const dialog = page.getByRole('dialog');
  const values = dialog.getByLabel('Values, with commas between them');
  await values.first().fill('1, 99');
  await expect(dialog.getByText('“99” cannot be used here.')).toBeVisible();
  await values.first().fill('1, 8');
  await values.last().fill('4, 5');
  await expect(dialog.getByText('4 pictures are made for 4 cells.')).toBeVisible();
  await dialog.getByRole('button', { name: 'Make the grid' }).click();
  await expect(dialog.getByText('4 of 4 cells are drawn.')).toBeVisible();
  const sheet = dialog.getByRole('button', { name: 'Download as one PNG' });
  const png = decode(await readFile(await (await downloadOf(page, () => sheet.click())).path()));
  expect(png.height).toBe(2 * 20 + 8 + 2 * (64 + 8));
  expect(png.width).toBeGreaterThan(2 * (64 + 8));

  await dialog.getByRole('button', { name: 'Open: Guidance 8, Steps 4' }).click();
  await studio.showsAll(64);
  await expect(studio.slider('Guidance')).toHaveValue('8');
  await expect(studio.slider('Steps')).toHaveValue('4');
  await expect(page.getByRole('button', { name: /^Open a red car/ })).toHaveCount(4);
});

test('a benchmark gives its figures as JSON', async ({ page }) => {
  const studio = await open(page);
  await page.getByRole('button', { name: /^Under the hood/ }).click();
  await page.getByRole('button', { name: 'Benchmark' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Measure', exact: true }).click();
  const json = dialog.getByRole('button', { name: 'Download JSON' });
  const download = await downloadOf(page, () => json.click());
  const report = JSON.parse(await readFile(await download.path(), 'utf8')) as {
    pictureMs: { median: number };
    levels: { stepMs: { median: number } }[];
    decode: { sizePx: number; elapsedMs: { median: number } }[];
  };
  expect(report).toMatchObject({
    format: 'dcs-studio-benchmark',
    version: 1,
    engine: { backend: 'wasm' },
    model: { id: 'tiny', weightsSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
    job: { steps: 8, levels: studio.levels, runs: 3 },
  });
  expect(report.pictureMs.median).toBeGreaterThan(0);
  expect(report.levels.map(({ stepMs }) => stepMs.median > 0)).toEqual([true, true, true]);
  expect(report.decode.map(({ sizePx }) => sizePx)).toEqual([64, 128, 256, 512]);
});

test('a tour that is left at once gives the focus to the prompt', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.openWithoutWaiting();
  const note = page.getByRole('dialog');
  // Sooner than a note fades in, which is too soon for a key from here.
  await page.evaluate(() => {
    const leave = new MutationObserver(() => {
      if (document.querySelector('[role=dialog]') === null) return;
      leave.disconnect();
      window.dispatchEvent(new KeyboardEvent('keyup', { key: 'Escape' }));
    });
    leave.observe(document.body, { childList: true });
  });
  await page.getByRole('button', { name: 'Take the tour' }).click();
  await expect(page.getByRole('button', { name: 'Take the tour' })).toHaveCount(0);
  await expect(note).toHaveCount(0);
  await expect(studio.prompt).toBeFocused();
});

test('the tour is offered once, runs by keyboard and ends with Escape', async ({ page }) => {
  const studio = new StudioPage(page);
  await studio.openWithoutWaiting();
  const offer = page.getByRole('button', { name: 'Take the tour' });
  await offer.focus();
  await page.keyboard.press('Enter');
  const note = page.getByRole('dialog');
  await expect(note).toContainText('1 of 6');
  await expect(note.getByRole('button', { name: 'Next' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(note).toContainText('Grow a picture');
  for (const place of [3, 4, 5, 6]) {
    await expect(note.getByRole('button', { name: /Next|Done/ })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(note).toContainText(`${place} of 6`);
  }
  await page.keyboard.press('Escape');
  await expect(note).toHaveCount(0);
  await expect(studio.prompt).toBeFocused();
  await expect(offer).toHaveCount(0);

  await page.reload();
  await page.getByRole('button', { name: 'About', exact: true }).click();
  await offer.click();
  await expect(note).toContainText('Say what you want to see');
});
