import { defineConfig } from 'vite';

/** `vite build web/page` puts the page into web/dist, which web/server.ts serves. */
export default defineConfig({
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2023',
    // The Content-Security-Policy allows no inline script and no data: image.
    modulePreload: false,
    assetsInlineLimit: 0,
  },
});
