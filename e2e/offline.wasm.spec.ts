import { copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base, expect, type Page } from '@playwright/test';
import { createStaticServer, listen } from '../scripts/static-server.mjs';
import { StudioPage } from './studio-page';

const DIST = fileURLToPath(new URL('../dist', import.meta.url));

/** A server of the built page that a story may change or silence. */
class StudioServer {
  readonly folder: string;
  readonly server: Server;
  port = 0;

  private constructor(folder: string) {
    this.folder = folder;
    this.server = createStaticServer(folder);
  }

  static async start(): Promise<StudioServer> {
    const folder = await mkdtemp(join(tmpdir(), 'dcs-studio-'));
    for (const name of ['assets', 'icons', 'models']) {
      await symlink(join(DIST, name), join(folder, name));
    }
    for (const name of ['index.html', 'manifest.webmanifest', 'service-worker.js']) {
      await copyFile(join(DIST, name), join(folder, name));
    }
    const studio = new StudioServer(folder);
    studio.port = await listen(studio.server, { host: '127.0.0.1', port: 0, searchOn: false });
    return studio;
  }

  /** From now on it takes requests and answers none, as bad networks do. */
  silence(): void {
    this.server.removeAllListeners('request');
  }

  /** Serves another version of the page, whose root element says so. */
  async change(version: string): Promise<void> {
    const html = await readFile(join(this.folder, 'index.html'), 'utf8');
    await writeFile(
      join(this.folder, 'index.html'),
      html.replace('<html', `<html data-version="${version}"`),
    );
    const script = join(this.folder, 'service-worker.js');
    const code = await readFile(script, 'utf8');
    const changed = code.replace(/(url:"index\.html",revision:")[^"]+/, `$1${version}`);
    expect(changed).not.toBe(code);
    await writeFile(script, changed);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await rm(this.folder, { recursive: true });
  }
}

const test = base.extend<{ server: StudioServer }>({
  server: async ({}, use) => {
    const server = await StudioServer.start();
    await use(server);
    await server.stop();
  },
  baseURL: async ({ server }, use) => use(`http://127.0.0.1:${server.port}/`),
  serviceWorkers: 'allow',
});

/** Waits until the page and its runtime are kept: a user who leaves sooner comes back to a page that needs its network. */
async function isKept(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  const runtimeFiles = () =>
    page.evaluate(async () => (await (await caches.open('dcs-runtime-1')).keys()).length);
  await expect.poll(runtimeFiles).toBe(1);
}

test('after one visit the studio can be installed, and opens and draws without a network', async ({
  context,
  page,
  server,
}) => {
  const studio = new StudioPage(page);
  await studio.open();
  await studio.useFewSteps();
  await studio.write('a cat');
  await studio.generateWhole();
  const before = await studio.pixels();
  await isKept(page);
  const devtools = await context.newCDPSession(page);
  const { installabilityErrors } = await devtools.send('Page.getInstallabilityErrors');
  // Test browsers are private windows, in which nothing is installed.
  const errors = installabilityErrors.map(({ errorId }) => errorId);
  expect(errors.filter((error) => error !== 'in-incognito')).toEqual([]);

  server.silence();
  await page.reload();
  await studio.ready();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);

  await context.setOffline(true);
  await page.reload();
  await studio.ready();
  await studio.generateWhole();
  await studio.showsAll(256);
  expect((await studio.pixels()).width).toBe(before.width);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await page.getByRole('button', { name: /^Under the hood/ }).click();
  await expect(page.getByText(/from this browser$/)).toBeVisible();
});

test('a newer page waits until it is wanted', async ({ page, server }) => {
  const studio = new StudioPage(page);
  await studio.open();
  await isKept(page);

  await server.change('newer');
  const root = page.locator('html');
  await page.reload();
  await expect(root).not.toHaveAttribute('data-version');
  await expect(page.getByText('A new version is ready.')).toBeVisible();
  await page.getByRole('button', { name: 'Reload' }).click();
  await expect(root).toHaveAttribute('data-version', 'newer');
  await studio.ready();
});
