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
    // The clients and the example app have packages of their own: `npm run test:clients`, `npm run test:example`.
    exclude: ['**/node_modules/**', 'test/clients/**', 'test/examples/**'],
    maxWorkers: 2,
    // The limits are for tests that hang. They are long, because no test may depend on the speed of the machine.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
  },
});
