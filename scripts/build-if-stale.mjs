/** Builds the page when its sources are newer than the last build. */
import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import { compressFolder } from './compress.mjs';

const SOURCES = [
  'src',
  'workers',
  'public',
  'index.html',
  'vite.config.ts',
  'package-lock.json',
  'scripts/compress.mjs',
];
/** Written last: a build that was interrupted has none and counts as stale. */
const STAMP = '.built';

/**
 * Latest change under a path; 0 when there is nothing. Folders count too, since deleting a file changes only its folder.
 *
 * @param {string} path
 * @returns {Promise<number>} milliseconds since 1970
 */
async function newestChangeMs(path) {
  const found = await stat(path).catch(() => undefined);
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  const names = await readdir(path);
  const changes = await Promise.all(names.map((name) => newestChangeMs(join(path, name))));
  return Math.max(found.mtimeMs, ...changes);
}

/**
 * @param {string} projectRoot
 * @returns {Promise<boolean>} whether there is no whole build, or sources have changed since
 */
export async function isStale(projectRoot) {
  const stamp = await stat(join(projectRoot, 'dist', STAMP)).catch(() => undefined);
  if (!stamp) return true;
  const changes = await Promise.all(
    SOURCES.map((source) => newestChangeMs(join(projectRoot, source))),
  );
  return Math.max(...changes) > stamp.mtimeMs;
}

/** @param {string} projectRoot */
export async function buildIfStale(projectRoot) {
  if (!(await isStale(projectRoot))) return;
  const dist = join(projectRoot, 'dist');
  await rm(join(dist, STAMP), { force: true });
  const startedAt = new Date(); // sources that change while building make the result stale
  await build({ root: projectRoot, logLevel: 'warn' });
  const { files, bytes, compressedBytes } = await compressFolder(dist);
  const megabytes = (/** @type {number} */ n) => (n / 1e6).toFixed(1);
  console.log(
    `Built: ${files} files compressed from ${megabytes(bytes)} to ${megabytes(compressedBytes)} MB.`,
  );
  await writeFile(join(dist, STAMP), '');
  await utimes(join(dist, STAMP), startedAt, startedAt);
}
