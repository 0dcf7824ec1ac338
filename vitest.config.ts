import { defineConfig } from 'vitest/config';

/**
 * `npm test` runs `test/` but for `test/real/`, which holds the lanes that need
 * a real Jaeger, engine or browser (`.ci/run` starts those with
 * ONELOG_LANE=real).
 */
const real = process.env['ONELOG_LANE'] === 'real';

export default defineConfig({
  test: {
    include: [real ? 'test/real/**/*.test.ts' : 'test/**/*.test.ts'],
    exclude: real ? [] : ['test/real/**', 'node_modules/**'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    maxWorkers: 2,
  },
});
