import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// Cross-origin isolation: SharedArrayBuffer, hence WASM threads. scripts/static-server.mjs sends the same two.
const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  plugins: [react()],
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
