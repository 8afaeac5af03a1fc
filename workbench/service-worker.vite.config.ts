import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The service worker: one classic script, because not every browser takes a module there. Built after the pages. */
export default defineConfig({
  publicDir: false,
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    lib: {
      entry: fileURLToPath(new URL('./src/service-worker/worker.ts', import.meta.url)),
      formats: ['iife'],
      name: 'tagworkServiceWorker',
      fileName: () => 'service-worker.js',
    },
    rollupOptions: { output: { codeSplitting: false } },
  },
});
