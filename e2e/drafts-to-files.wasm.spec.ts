import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { StudioPage } from './studio-page';

test('of four drafts one is finished, taken along as a PNG and dropped back, and its draft goes on to the same picture', async ({
  page,
}) => {
  const studio = new StudioPage(page);
  const kept = (name: RegExp) => page.getByRole('button', { name });
  const choose = (group: RegExp, choice: string) =>
    page
      .getByRole('radiogroup', { name: group })
      .getByRole('radio', { name: choice, exact: true })
      .check({ force: true });
  const png = async (): Promise<Uint8Array> => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download PNG' }).click(),
    ]);
    return readFile(await download.path());
  };
  await studio.open();
  await studio.useFewSteps();
  await studio.write('a red car');
  await choose(/^Levels/, '1');
  await choose(/^How many/, '4 pictures');
  await studio.generate.click();
  await expect(kept(/level 1 of 3$/)).toHaveCount(4);
  await expect(studio.stop).toHaveCount(0);

  await kept(/level 1 of 3$/)
    .nth(2)
    .click();
  await studio.shows(1, 256);
  const draft = await png();
  await page.getByRole('button', { name: 'Select drafts' }).click();
  await kept(/^Select a red car/)
    .nth(2)
    .click();
  await page.getByRole('button', { name: 'Finish 1 picture', exact: true }).click();
  await expect(kept(/level 3 of 3$/)).toHaveCount(1);
  await kept(/level 3 of 3$/).click();
  await studio.showsAll(256);
  const finished = await studio.pixels();
  const file = await png();

  await studio.open();
  await studio.drop(file, 'finished.png');
  await studio.showsAll(256);
  await expect.poll(() => studio.pixels()).toEqual(finished);
  await studio.drop(draft, 'draft.png');
  await studio.shows(1, 256);
  expect((await studio.pixels()).points).not.toBe(finished.points);
  await studio.continueTo(studio.levels).click();
  await studio.showsAll(256);
  await expect.poll(() => studio.pixels()).toEqual(finished);
});
