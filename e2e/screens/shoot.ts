import { fileURLToPath } from 'node:url';
import type { Locator, Page } from '@playwright/test';

const FOLDER = fileURLToPath(new URL('../../docs/screens/', import.meta.url));

const DEVICES = {
  desktop: { width: 1280, height: 860 },
  phone: { width: 390, height: 844 },
} as const;

/**
 * Draws a view as it is on a desktop and on a phone, light and dark.
 *
 * @param part what is brought to the middle of the window; what is there stays if absent
 */
export async function shoot(page: Page, view: string, part?: Locator): Promise<void> {
  for (const device of ['desktop', 'phone'] as const) {
    await page.setViewportSize(DEVICES[device]);
    await part?.evaluate((element) => element.scrollIntoView({ block: 'center' }));
    await inBothThemes(page, `${view}-${device}`);
  }
  await page.setViewportSize(DEVICES.desktop);
}

async function inBothThemes(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    // Layout follows the size of the window a frame later, canvases after that.
    await page.waitForTimeout(400);
    await page.screenshot({
      path: `${FOLDER}${name}-${colorScheme}.jpg`,
      type: 'jpeg',
      quality: 82,
    });
  }
}
