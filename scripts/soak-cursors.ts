import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';

// Runs the property tests of cursors for a number of steps: npm run soak:cursors -- --steps 1000000 [--seed N]
const { values } = parseArgs({ options: { steps: { type: 'string', default: '200000' }, seed: { type: 'string' } } });
const { steps, seed } = values;
if (![steps, seed ?? '0'].every((value) => /^\d{1,12}$/.test(value))) {
  process.stderr.write('Use: npm run soak:cursors -- --steps N [--seed N]\n');
  process.exit(2);
}

const env = { ...process.env, CURSOR_STEPS: steps, ...(seed === undefined ? {} : { CURSOR_SEED: seed }) };
const files = ['test/pagination/unchanging-data.test.ts', 'test/pagination/changing-data.test.ts'];
const vitest = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...files], { env, stdio: 'inherit' });
vitest.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
