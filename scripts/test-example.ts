import { spawnSync } from 'node:child_process';

/** Checks the types of the tests of the example app, and runs them in a browser: `npm run test:example`. */
const steps = [
  ['node_modules/typescript/bin/tsc', '-p', 'test/examples'],
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.example.config.ts', ...process.argv.slice(2)],
];

for (const step of steps) {
  const { status } = spawnSync(process.execPath, step, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
