import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findChromium } from './chromium.mjs';

let folder: string;

function program(path: string, mode = 0o755): string {
  const full = join(folder, path);
  mkdirSync(join(full, '..'), { recursive: true });
  writeFileSync(full, '#!/bin/sh\n');
  chmodSync(full, mode);
  return full;
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chromium-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

test('CHROMIUM_PATH comes before everything on PATH', () => {
  const chosen = program('mine/browser');
  program('bin/chromium');
  expect(findChromium({ CHROMIUM_PATH: chosen, PATH: join(folder, 'bin') })).toBe(chosen);
});

test('a CHROMIUM_PATH that cannot be run is an error, not a reason to take another', () => {
  const chosen = join(folder, 'absent');
  program('bin/chromium');
  expect(() => findChromium({ CHROMIUM_PATH: chosen, PATH: join(folder, 'bin') })).toThrow(chosen);
});

test('chromium is taken before google-chrome, in whatever order PATH has them', () => {
  program('a/google-chrome');
  const chromium = program('b/chromium');
  const PATH = [join(folder, 'a'), join(folder, 'b')].join(delimiter);
  expect(findChromium({ PATH })).toBe(chromium);
});

test.runIf(process.platform === 'linux')('a file that may not be run is passed over', () => {
  program('bin/chromium', 0o644);
  const chrome = program('bin/google-chrome');
  expect(findChromium({ PATH: join(folder, 'bin') })).toBe(chrome);
});

test.runIf(process.platform === 'linux')('nothing on PATH means nothing found', () => {
  expect(findChromium({ PATH: folder })).toBeUndefined();
});
