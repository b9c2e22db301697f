import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isStale } from './build-if-stale.mjs';

let root: string;

function writeAt(path: string, seconds: number) {
  writeFileSync(join(root, path), '');
  utimesSync(join(root, path), seconds, seconds);
}

function setFolderTimes(seconds: number) {
  for (const folder of ['src/ui', 'src']) utimesSync(join(root, folder), seconds, seconds);
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'build-if-stale-'));
  mkdirSync(join(root, 'src', 'ui'), { recursive: true });
  mkdirSync(join(root, 'dist'));
  writeAt('src/ui/App.tsx', 1000);
  writeAt('index.html', 1000);
  setFolderTimes(1000);
});

afterEach(() => rmSync(root, { recursive: true }));

test('a folder without a finished build is stale', async () => {
  expect(await isStale(root)).toBe(true);
});

test('a build that is newer than every source is kept', async () => {
  writeAt('dist/.built', 2000);
  expect(await isStale(root)).toBe(false);
});

test('a change deep in the sources makes the build stale', async () => {
  writeAt('dist/.built', 2000);
  writeAt('src/ui/App.tsx', 3000);
  expect(await isStale(root)).toBe(true);
});

test('a deleted source makes the build stale', async () => {
  writeAt('dist/.built', 2000);
  rmSync(join(root, 'src/ui/App.tsx'));
  expect(await isStale(root)).toBe(true);
});
