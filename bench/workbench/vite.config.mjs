import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Bundles the engines with the workbench's own tools; run from workbench/. */
export default {
  root: at('./page'),
  base: './',
  // One preact for the page's own parts, which live elsewhere, and for ours.
  resolve: { dedupe: ['preact', '@preact/signals'], alias: { preact: at('../../workbench/node_modules/preact') } },
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
