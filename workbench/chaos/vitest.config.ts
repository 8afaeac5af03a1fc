import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The fault runs without a browser, against a server that runs: tests/chaos starts them and compares. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  test: { include: ['*.chaos.ts'], environment: 'node', testTimeout: 1_200_000 },
});
