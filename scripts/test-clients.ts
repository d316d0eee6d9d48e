import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Installs the packages of the clients if they are missing, generates what the typed ones are compiled with, and runs the
 * tests: `npm run test:clients`.
 */
const folder = 'test/clients';

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

if (!existsSync(`${folder}/node_modules`)) run('npm', ['ci', '--prefix', folder, '--no-audit', '--no-fund']);
run(process.execPath, [`${folder}/documented/extract.ts`]);
run(process.execPath, [`${folder}/generate.ts`]);
run(process.execPath, ['node_modules/typescript/bin/tsc', '-p', folder]);
run(process.execPath, [
  ...['node_modules/vitest/vitest.mjs', 'run', '--config', 'vitest.clients.config.ts'],
  ...process.argv.slice(2),
]);
