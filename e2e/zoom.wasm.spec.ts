import { expect, test, type Locator, type Page } from '@playwright/test';
import { StudioPage } from './studio-page';

async function openWithPicture(page: Page): Promise<StudioPage> {
  const studio = new StudioPage(page, 'tiny');
  await studio.open();
  await studio.useFewSteps();
  await studio.write('a red car');
  await studio.generate.click();
  await studio.showsAll(256);
  return studio;
}

/** The tiles that are seen, on the picture and on the pinned view. */
const tilesOf = (page: Page): Locator => page.locator('.tile:not(.tile--absent)');

/** Waits until an element has a size: two canvases take turns, and the one that is not seen is one pixel. */
async function boxOf(element: Locator) {
  let box = { x: 0, y: 0, width: 0, height: 0 };
  const width = async (): Promise<number> => {
    box = (await element.boundingBox()) ?? box;
    return box.width;
  };
  await expect.poll(width).toBeGreaterThan(10);
  return box;
}

/** Where a tile lies on a picture: rows and columns of its 4 by 4 patches. */
async function patchesUnder(tile: Locator, picture: Locator) {
  const [box, on] = [await boxOf(tile), await boxOf(picture)];
  const patch = on.width / 4;
  const near = (px: number): number => {
    expect(Math.abs(px / patch - Math.round(px / patch))).toBeLessThan(0.01);
    return Math.round(px / patch);
  };
  return {
    row: near(box.y - on.y),
    column: near(box.x - on.x),
    rows: near(box.height),
    columns: near(box.width),
  };
}

/** Some pixels of a canvas, or all. */
function pixelsOf(canvas: Locator, part?: [x: number, y: number, w: number, h: number]) {
  return canvas.evaluate((element, wanted) => {
    const { width, height } = element as HTMLCanvasElement;
    const [x, y, w, h] = wanted ?? [0, 0, width, height];
    const context = new OffscreenCanvas(w, h).getContext('2d');
    if (!context) throw new Error('no 2d context');
    context.drawImage(element as HTMLCanvasElement, -x, -y);
    return Array.from(context.getImageData(0, 0, w, h).data).join();
  }, part ?? null);
}

/** Waits until a tile of so many patches is said to be there. */
async function tileIsDrawn(studio: StudioPage, text: RegExp): Promise<void> {
  await expect.poll(async () => (await studio.said()).at(-1)).toMatch(text);
}

test('zooming in draws the patches in view again, sharper, and no others', async ({ page }) => {
  const studio = await openWithPicture(page);
  const zoomIn = page.getByRole('button', { name: 'Zoom in' });
  for (let press = 0; press < 3; press++) await zoomIn.click();
  await expect(page.getByText('338 %')).toBeVisible();
  await tileIsDrawn(studio, /^Zoomed in: 8 of 16 patches drawn again, at 128 pixels each\.$/);
  await expect(tilesOf(page)).toHaveCount(1);
  const patches = await patchesUnder(tilesOf(page), studio.picture);
  expect(patches).toEqual({ row: 1, column: 0, rows: 2, columns: 4 });
  const tile = await pixelsOf(tilesOf(page));
  expect(tile.split(',')).toHaveLength(4 * 128 * 2 * 128 * 4);
  // The same patches in the whole picture at that density, bit for bit.
  await page.keyboard.press('0');
  await expect(tilesOf(page)).toHaveCount(0);
  await studio.slider('Size').focus();
  await page.keyboard.press('End');
  await studio.showsAll(1024);
  for (let size = 1024; size > 512; size -= 16) await page.keyboard.press('ArrowLeft');
  await studio.showsAll(512);
  expect(await pixelsOf(studio.picture, [0, 128, 512, 256])).toBe(tile);
});

test('a zoomed picture is moved by hand and by keys, and fits again', async ({ page }) => {
  const studio = await openWithPicture(page);
  const whole = await boxOf(studio.picture);
  const [x, y] = [whole.x + whole.width / 2, whole.y + whole.height / 2];
  await page.mouse.move(x, y);
  await page.keyboard.down('Control');
  for (let turn = 0; turn < 8; turn++) await page.mouse.wheel(0, -100);
  await page.keyboard.up('Control');
  await expect(tilesOf(page)).toHaveCount(1);
  const zoomed = await boxOf(studio.picture);
  expect(zoomed.width).toBeGreaterThan(1.5 * whole.width);
  expect(zoomed.x + zoomed.width / 2).toBeCloseTo(x, -1);
  await page.mouse.down();
  await page.mouse.move(x + 60, y + 120, { steps: 4 });
  await page.mouse.up();
  const moved = await boxOf(studio.picture);
  expect(moved.y - zoomed.y).toBeCloseTo(120, -1);
  const place = page.getByRole('group', { name: /Arrow keys move it/ });
  await place.focus();
  await page.keyboard.press('ArrowDown');
  expect((await boxOf(studio.picture)).y).toBeLessThan(moved.y);
  await page.getByRole('button', { name: 'Fit', exact: true }).click();
  expect(await boxOf(studio.picture)).toEqual(whole);
  await expect(tilesOf(page)).toHaveCount(0);
  await page.mouse.dblclick(x, y);
  await expect(page.getByText('300 %')).toBeVisible();
  await expect(tilesOf(page)).toHaveCount(1);
});

test('two views lie side by side and are zoomed and moved together', async ({ page }) => {
  const studio = await openWithPicture(page);
  await page.getByRole('button', { name: 'Compare' }).click();
  const pinned = page.getByRole('img', { name: /^Pinned of: a red car/ });
  await studio.level(1).click();
  await studio.shows(1, 256);
  await page.getByRole('button', { name: 'Side by side' }).click();
  const boxes = async () => [await boxOf(pinned), await boxOf(studio.picture)] as const;
  const isTogether = async (): Promise<void> => {
    const [left, right] = await boxes();
    const pane = await boxOf(page.locator('.stage__pane').first());
    expect([left.width, left.y]).toEqual([right.width, right.y]);
    expect(right.x - left.x).toBeCloseTo(pane.width, 0);
  };
  await isTogether();
  await expect(page.getByRole('slider', { name: /^Divider/ })).toHaveCount(0);
  for (let press = 0; press < 3; press++) await page.keyboard.press('+');
  await expect(tilesOf(page)).toHaveCount(2);
  await isTogether();
  const [before] = await boxes();
  const left = await boxOf(page.locator('.stage__pane').first());
  await page.mouse.move(left.x + left.width / 2, left.y + left.height / 2);
  await page.mouse.down();
  await page.mouse.move(left.x + left.width / 2 - 80, left.y + left.height / 2, { steps: 4 });
  await page.mouse.up();
  await isTogether();
  expect((await boxes())[0].x).toBeLessThan(before.x - 60);
  const tiles = await Promise.all([
    pixelsOf(tilesOf(page).first()),
    pixelsOf(tilesOf(page).last()),
  ]);
  expect(tiles[0]).not.toBe(tiles[1]); // three levels and one
});
