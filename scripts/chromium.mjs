/** The Chromium that the browser tests run in: one that is here, or one that is installed now. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_APPS = ['Chromium', 'Google Chrome'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Path of an installed Chromium or Chrome: CHROMIUM_PATH first, then the usual names on PATH, then macOS applications.
 *
 * @param {Readonly<Record<string, string | undefined>>} [env]
 * @returns {string | undefined}
 * @throws {Error} when CHROMIUM_PATH names something that cannot be run
 */
export function findChromium(env = process.env) {
  const chosen = env['CHROMIUM_PATH'];
  if (chosen) {
    if (isExecutable(chosen)) return chosen;
    throw new Error(
      `CHROMIUM_PATH is "${chosen}", which is not a program that can be run. Correct or unset it.`,
    );
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  if (process.platform === 'darwin') candidates.push(...MAC_APPS);
  return candidates.find(isExecutable);
}

/**
 * The browser that `npx playwright install chromium` has left, if it has.
 *
 * @returns {Promise<string | undefined>}
 */
async function findPlaywrightChromium() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return path && isExecutable(path) ? path : undefined;
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function runs(command, args) {
  console.log(`> ${command} ${args.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { stdio: 'inherit', env }).status === 0;
}

/**
 * Finds a Chromium, or installs one: with the system's package manager as root, otherwise with Playwright.
 *
 * @returns {Promise<string>} path of the program
 * @throws {Error} when there is none and none can be installed
 */
export async function ensureChromium() {
  const here = findChromium() ?? (await findPlaywrightChromium());
  if (here) return here;
  if (process.getuid?.() === 0 && isExecutable('/usr/bin/apt-get')) {
    const isInstalled =
      runs('apt-get', ['update']) &&
      runs('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']);
    const installed = isInstalled ? findChromium() : undefined;
    if (installed) return installed;
  }
  const playwright = fileURLToPath(new URL('cli.js', import.meta.resolve('@playwright/test')));
  runs(process.execPath, [playwright, 'install', 'chromium']);
  const downloaded = await findPlaywrightChromium();
  if (downloaded) return downloaded;
  throw new Error(
    'No Chromium was found or could be installed. Install Chromium or Chrome, or set CHROMIUM_PATH to one.',
  );
}
