/** What all commands have in common: help, exit codes, output without a reader, and signals. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { bin, folder, run, write } from '../support/command.ts';
import { type RunningProcess, runProgram, runScript } from '../support/process.ts';

let started: RunningProcess | undefined;

afterEach(() => started?.child.kill('SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true }));

const help = execFileSync(process.execPath, [bin, '--help'], { encoding: 'utf8' });
const commands = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);

describe('help', () => {
  test('--help lists the commands of docs/cli.md', () => {
    const page = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
    const documented = [...page.matchAll(/^\| `([a-z]+)/gm)].map(([, name]) => name);
    expect(commands.length).toBeGreaterThan(2);
    expect(documented).toEqual(commands);
  });

  test.each(commands)('contactgraph %s --help prints the usage, and does nothing else', async (command) => {
    const { status, stdout, stderr } = await run([command, '--help']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain(`Usage: contactgraph ${command}`);
  });

  test('--version prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await run(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });
});

test.each([
  ['no command', [], 'The command is missing', 'contactgraph --help'],
  ['an unknown command', ['strat'], "'strat' is no command; there are start", 'contactgraph --help'],
  ['the name of a property of every object', ['constructor'], "'constructor' is no command", 'contactgraph --help'],
  ['an unknown option', ['schema', '--colour'], "Unknown option '--colour'", 'contactgraph schema --help'],
  ['an option without its value', ['schema', '--output'], '--output', 'contactgraph schema --help'],
  ['an argument too many', ['start', 'now'], "Unexpected argument 'now'", 'contactgraph start --help'],
])('the command ends with 2 and names its help for %s', async (_, args, problem, advice) => {
  const { status, stdout, stderr } = await run(args);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toContain(problem);
  expect(stderr).toContain(advice);
});

/** An address for documentation, which no machine has. */
const absentAddress = ['--host', '192.0.2.1', '--contacts', '1'];

test.each([
  ['an environment file that cannot be read', ['schema', '--env', join(folder, 'absent')], {}, 'ENOENT'],
  ['a file that cannot be written', ['schema', '--output', join(folder, 'absent', 'file')], {}, 'ENOENT'],
  ['a configuration with a problem', ['start'], { PORT: 'many' }, '  - PORT is a whole number'],
  ['an address that the machine does not have', ['emulator', ...absentAddress], {}, 'listen EADDRNOTAVAIL'],
])('the command ends with 1 and without a stack trace for %s', async (_, args, env, problem) => {
  const { status, stdout, stderr } = await run(args, env);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toContain(problem);
  expect(stderr).not.toMatch(/^ {4}at /m);
});

test('the command says on a terminal what takes more than a second, and nowhere else', async () => {
  const line = 'The emulator generates 1 contacts …';
  const args = ['-qec', [process.execPath, bin, 'emulator', ...absentAddress].join(' '), '/dev/null'];
  started = runProgram('script', args, { env: { PATH: process.env['PATH'] } });
  await started.printed(/EADDRNOTAVAIL/);
  expect(started.stdout()).toContain(line);
  expect((await run(['emulator', ...absentAddress])).stderr).not.toContain(line);
});

test('under a Node that is not supported the command names the versions that are, and ends with 1', async () => {
  for (const path of ['bin', 'scripts/node-runtime']) cpSync(path, join(folder, 'old', path), { recursive: true });
  write('old/package.json', '{"type": "module", "version": "1.0.0", "engines": {"node": ">=999.0.0"}}');
  started = runScript(join(folder, 'old', bin), ['--version']);
  expect(await started.exited).toBe(1);
  expect(started.stdout()).toBe('');
  expect(started.stderr()).toBe(`This is Node ${process.versions.node}, and Contactgraph needs >=999.0.0.\n`);
});

test('a reader that ends early causes no message and no error', async () => {
  started = runScript(bin, ['schema']);
  started.child.stdout?.destroy();
  expect(await started.exited).toBe(0);
  expect(started.stderr()).toBe('');
});

test('start reads the variables of --env, except those that are set', async () => {
  const file = write('variables', 'PORT=0\nLOG_LEVEL=silent\nBASE_PATH="/from-file" # a comment\nAUTH_MODE=jwt\n');
  started = runScript(bin, ['start', '--env', file], { AUTH_MODE: 'demo' });
  await started.printed(/listens on http:\S+\/from-file\n/);
  started.child.kill('SIGTERM');
  expect(await started.exited).toBe(0);
  expect(started.stdout()).not.toContain('has stopped');
});

test('a second SIGTERM ends contactgraph start while it waits for its load balancers', async () => {
  started = runScript(bin, ['start'], { PORT: '0', DRAIN_DELAY_MS: '300000' });
  const [, url = ''] = await started.printed(/listens on (\S+)/);
  started.child.kill('SIGTERM');
  await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
  started.child.kill('SIGTERM');
  expect(await started.exited).toBe(128 + 15);
});

test('the end of the process that npm started stops contactgraph start once, also under the launcher of the npm scripts', async () => {
  const command = [process.execPath, 'scripts/with-node.mjs', bin, 'start'].join(' ');
  started = runProgram('sh', ['-c', `${command}; true`], {
    env: { PATH: process.env['PATH'], npm_lifecycle_event: 'npx', PORT: '0' },
  });
  await started.printed(/listens on/);
  started.child.kill('SIGTERM'); // dash ends by it, and does not pass it on
  await expect.poll(() => started?.stdout()).toContain('the gateway has stopped');
});
