import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import { expect, test, type Locator, type Page } from '@playwright/test';
import { StudioPage } from './studio-page';

/** A clip of a second at a size that is quick to draw. */
async function openWithClip(page: Page): Promise<StudioPage> {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.useFewSteps();
  await studio.write('a red car');
  await studio.slider('Size').focus();
  await page.keyboard.press('Home');
  await page.getByRole('radio', { name: '1 s' }).check({ force: true });
  await studio.generate.click();
  await expect(play(page)).toBeEnabled();
  return studio;
}

const clip = (page: Page): Locator => page.getByRole('img', { name: /^Clip of: a red car/ });
const play = (page: Page): Locator => page.getByRole('button', { name: /^(Play|Pause)$/ });
const facts = (page: Page): Locator => page.locator('.transport__facts');

async function download(page: Page, format: string): Promise<{ name: string; bytes: Buffer }> {
  await page.getByRole('button', { name: 'Download clip' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: format }).click(),
  ]);
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

/** What is on the canvas now. */
function drawn(canvas: Locator): Promise<string> {
  return canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
}

test('a clip plays, pauses, and shows the frame that somebody points at', async ({ page }) => {
  await openWithClip(page);
  await expect(clip(page)).toHaveAccessibleName(/64 by 64 pixels\.$/);
  await play(page).click();
  await expect(play(page)).toHaveAccessibleName('Play');
  const slider = page.getByRole('slider', { name: 'Position in the clip' });
  await slider.focus();
  await page.keyboard.press('Home');
  await expect(facts(page).first()).toHaveText('Frame 1 of 24');
  const first = await drawn(clip(page));
  await page.keyboard.press('End');
  await expect(facts(page).first()).toHaveText('Frame 24 of 24');
  expect(await drawn(clip(page))).not.toBe(first);
  await page.keyboard.press('Home');
  await expect.poll(() => drawn(clip(page))).toBe(first);
});

test('a clip is drawn again at other frame rates, sizes and levels', async ({ page }) => {
  const studio = await openWithClip(page);
  await play(page).click();
  const rate = page.getByRole('slider', { name: 'Frame rate' });
  for (const [key, fps] of [
    ['Home', 6],
    ['ArrowRight', 8],
    ['End', 60],
  ] as const) {
    await rate.focus();
    await page.keyboard.press(key);
    await expect(facts(page).last()).toHaveText(`1 s, ${fps} frames/s`);
    await expect(facts(page).first()).toHaveText(new RegExp(`^Frame \\d+ of ${fps}$`));
  }
  await rate.focus();
  await page.keyboard.press('Home');
  await studio.slider('Size').focus();
  await page.keyboard.press('ArrowRight');
  await expect(clip(page)).toHaveAccessibleName(/80 by 80 pixels\.$/);
  await studio.level(1).click();
  await expect(clip(page)).toHaveAccessibleName(/Level 1, 80 by 80 pixels\.$/);
});

test('a clip is taken along as a video, a GIF or its frames', async ({ page }) => {
  await openWithClip(page);
  const rate = page.getByRole('slider', { name: 'Frame rate' });
  await rate.focus();
  await page.keyboard.press('Home');
  await expect(facts(page).first()).toHaveText(/of 6$/);
  const mp4 = await download(page, 'MP4 video');
  expect(mp4.name).toMatch(/^a-red-car-seed\d+-level3-64px-6fps\.mp4$/);
  expect(mp4.bytes.subarray(4, 8).toString('latin1')).toBe('ftyp');
  const webm = await download(page, 'WebM video');
  expect(webm.bytes.subarray(0, 4).toString('hex')).toBe('1a45dfa3');
  const gif = await download(page, 'Animated GIF');
  expect(gif.bytes.subarray(0, 6).toString('latin1')).toBe('GIF89a');
  const zip = await download(page, 'Frames as PNG, zipped');
  const names = Object.keys(unzipSync(zip.bytes));
  expect(names).toEqual([0, 1, 2, 3, 4, 5].map((index) => `frame-000${index}.png`));
});

test('one clip is drawn at every level, size and frame rate, and taken along in one file', async ({
  page,
}) => {
  const studio = await openWithClip(page);
  await page.getByRole('button', { name: 'All sizes and rates' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '128 px', exact: true }).click();
  await dialog.getByRole('button', { name: '30 frames/s' }).click();
  const cells = dialog.getByRole('img');
  const names = [1, 2, 3].flatMap((level) => [12, 24].map((fps) => ({ level, fps })));
  await expect(cells).toHaveCount(studio.levels * 2);
  for (const [index, { level, fps }] of names.entries()) {
    await expect(cells.nth(index)).toHaveAccessibleName(
      `Level ${level}, 64 by 64 pixels, ${fps} frames a second`,
    );
  }
  await expect(dialog.getByRole('status')).toHaveText('6 of 6 drawn');
  // They play, all from one clock.
  const before = await drawn(cells.last());
  await expect.poll(() => drawn(cells.last())).not.toBe(before);
  await dialog.getByRole('button', { name: 'Download all clips' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Animated GIF' }).click(),
  ]);
  expect(file.suggestedFilename()).toMatch(/^a-red-car-seed\d+-clips\.zip$/);
  const files = unzipSync(await readFile(await file.path()));
  expect(Object.keys(files)).toEqual(
    names.map(({ level, fps }) => `level${level}-64px-${fps}fps.gif`),
  );
});

test('a kept clip is a clip again when it is opened', async ({ page }) => {
  const studio = await openWithClip(page);
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download latent', exact: true }).click(),
  ]);
  const mp4 = await download(page, 'MP4 video');
  const path = await file.path();
  await page.getByRole('radio', { name: 'Picture', exact: true }).check({ force: true });
  await page.reload();
  await studio.ready();
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Open', exact: true }).click(),
  ]);
  await chooser.setFiles(path);
  await expect(clip(page)).toBeVisible();
  await expect(page.getByRole('radio', { name: '1 s' })).toBeChecked();
  await studio.write('something else');
  await page.locator('input[type="file"]').setInputFiles({
    name: mp4.name,
    mimeType: 'video/mp4',
    buffer: mp4.bytes,
  });
  await expect(studio.prompt).toHaveValue('a red car');
  await expect(clip(page)).toBeVisible();
});
