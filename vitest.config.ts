import { defineConfig } from 'vitest/config';

export default defineConfig({
  // One graphql module for everything: without these conditions vitest loads its ESM and its CJS build side by side.
  ssr: {
    resolve: {
      conditions: ['node', 'module-sync', 'import', 'default'],
      externalConditions: ['node', 'module-sync'],
    },
  },
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 15_000,
    hookTimeout: 30_000,
  },
});
