import { defineConfig } from 'vitest/config';
import { relayBabel } from './test/clients/relay/babel.ts';
import base from './vitest.config.ts';

/** Runs real GraphQL clients, whose packages are those of test/clients, against the gateway: `npm run test:clients`. */
export default defineConfig({
  ...base,
  plugins: [relayBabel],
  test: { ...base.test, include: ['test/clients/**/*.test.{ts,tsx}'], exclude: ['**/node_modules/**'] },
});
