import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.ts';

/** Runs the tests of a gateway against three gateways with one Redis behind HAProxy: `npm run test:replicas`. */
export default mergeConfig(
  base,
  defineConfig({ test: { env: { REPLICAS: '3' }, setupFiles: ['test/replicas/support/leave-out.ts'] } }),
);
