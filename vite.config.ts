import react from '@vitejs/plugin-react';
import { VitePWA, type VitePWAOptions } from 'vite-plugin-pwa';
import { defineConfig } from 'vitest/config';
import { RUNTIME_CACHE_NAME } from './src/contract/model-storage.ts';

// Cross-origin isolation: SharedArrayBuffer, hence WASM threads. scripts/static-server.mjs sends the same two.
const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/**
 * The service worker, built by Workbox: the page's own files are kept whole and by version, the runtime's large ones as
 * the worker puts them there (workers/runtime-files.ts). Models never pass through it: workers/model-cache.ts keeps them.
 */
const offline: Partial<VitePWAOptions> = {
  filename: 'service-worker.js',
  // src/storage/service-worker-versions.ts registers it.
  injectRegister: null,
  // A new version waits until no page of the old one is open, whose files stay until then.
  registerType: 'prompt',
  // They are among the page's own files.
  includeManifestIcons: false,
  workbox: {
    globPatterns: ['**/*.{html,js,css,woff2,svg,png}'],
    globIgnores: ['models/**'],
    // Names that the bundler makes from the content.
    dontCacheBustURLsMatching: /assets\//,
    // Whatever is behind the question mark, it is this page.
    navigateFallback: 'index.html',
    navigateFallbackDenylist: [/\/models\//],
    runtimeCaching: [
      {
        urlPattern: /\/assets\/.+\.wasm$/,
        handler: 'CacheFirst',
        options: { cacheName: RUNTIME_CACHE_NAME },
      },
    ],
    // The first visit is kept as it is, not only the next one.
    clientsClaim: true,
    cleanupOutdatedCaches: true,
    inlineWorkboxRuntime: true,
    sourcemap: false,
  },
  manifest: {
    id: '.',
    name: 'DCS Studio',
    short_name: 'DCS Studio',
    description:
      'A picture grows level by level in your browser, and the same latent is drawn at any size.',
    start_url: '.',
    scope: '.',
    display: 'standalone',
    background_color: '#111112',
    theme_color: '#111112',
    icons: [
      { src: 'icons/icon-192.png', sizes: '192x192', type: 'image/png' },
      { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png' },
      { src: 'icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      { src: 'icons/icon.svg', sizes: 'any', type: 'image/svg+xml' },
    ],
  },
};

export default defineConfig({
  plugins: [react(), VitePWA(offline)],
  server: { headers: isolationHeaders },
  preview: { headers: isolationHeaders },
  worker: { format: 'es' },
  // Prebundling would move onnxruntime-web away from its .wasm files, which it finds by import.meta.url.
  optimizeDeps: { exclude: ['onnxruntime-web'] },
  build: {
    // Module workers, OffscreenCanvas and WASM threads with SIMD exist in all three from these versions on;
    // WebGPU is found out while running, not assumed.
    target: ['chrome123', 'firefox128', 'safari17.4'],
    // Model and runtime files stay files, however small.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  test: {
    environment: 'node',
    include: ['{src,workers,cli,scripts}/**/*.test.{ts,tsx}'],
    // The tiny model is loaded and run for real.
    testTimeout: 30_000,
  },
});
