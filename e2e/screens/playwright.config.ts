import { defineConfig } from '@playwright/test';
import stories from '../playwright.config';

/** `npm run screens`: one long visit with the shipped model, every view of it drawn into docs/screens. */
export default defineConfig({
  ...stories,
  testDir: '.',
  testMatch: '*.screens.ts',
  outputDir: '../../test-results/screens',
  timeout: 1_200_000,
  expect: { timeout: 300_000 },
  webServer: { ...(stories.webServer as object), cwd: '../..' },
  projects: (stories.projects ?? [])
    .filter(({ name }) => name === 'wasm')
    .map(({ testIgnore: _, ...project }) => project),
} as Parameters<typeof defineConfig>[0]);
