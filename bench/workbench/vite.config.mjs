import { fileURLToPath } from 'node:url';

/** Bundles the engines with the workbench's own tools; run from workbench/. */
export default {
  root: fileURLToPath(new URL('./page', import.meta.url)),
  base: './',
  build: {
    emptyOutDir: true,
    target: 'es2022',
    manifest: 'manifest.json',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { onwarn: () => undefined },
  },
  worker: { format: 'es' },
};
