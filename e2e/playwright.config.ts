import { defineConfig, devices } from '@playwright/test';
import { findChromium } from '../scripts/chromium.mjs';

const port = process.env['DCS_E2E_PORT'] ?? '4273';
const address = `http://127.0.0.1:${port}/`;

// Without one, Playwright's own download is used.
const executablePath = findChromium();
const rootArgs = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/**
 * SwiftShader draws and computes WebGPU on the CPU. A WebGPU canvas needs the Vulkan route, and OpenGL on SwiftShader
 * beside it: with `--use-angle=vulkan` the first canvas that is drawn on takes the device away.
 */
const WEBGPU_ARGS = [
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-features=Vulkan',
  '--use-vulkan=swiftshader',
  '--use-gl=angle',
  '--use-angle=swiftshader',
  '--ignore-gpu-blocklist',
];
const NO_WEBGPU_ARGS = ['--disable-features=WebGPU', '--disable-gpu'];

const browser = (args: string[]) => ({
  ...devices['Desktop Chrome'],
  launchOptions: {
    ...(executablePath && { executablePath }),
    args: [...rootArgs, ...args],
  },
});

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/e2e',
  // Models compute on every core there is: two browsers at once only make both slow.
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env['CI']),
  // The first run of a WebGPU graph compiles its shaders for up to 20 s on SwiftShader.
  timeout: 240_000,
  expect: { timeout: 60_000 },
  reporter: 'list',
  // Only e2e/offline.wasm.spec.ts is about the service worker; it would answer in place of what other stories route.
  use: { baseURL: address, trace: 'retain-on-failure', serviceWorkers: 'block' },
  projects: [
    { name: 'wasm', use: browser(NO_WEBGPU_ARGS), testIgnore: '**/*.webgpu.spec.ts' },
    {
      name: 'webgpu',
      use: browser(WEBGPU_ARGS),
      testIgnore: '**/*.wasm.spec.ts',
      // One story compiles the shaders of six graphs, one after another.
      timeout: 900_000,
      expect: { timeout: 600_000 },
    },
  ],
  webServer: {
    command: 'node scripts/start.mjs --no-open',
    cwd: '..',
    env: { PORT: port, HOST: '127.0.0.1' },
    url: address,
    reuseExistingServer: false,
    timeout: 180_000,
  },
});
