import { defineConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Runs the example app in a browser; its packages are those of examples/contact-console: `npm run test:example`. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/examples/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: 'test/examples/support/build.ts',
  },
});
