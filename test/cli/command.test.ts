/** What all commands have in common: help, exit codes, output without a reader, and signals. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { bin, folder, run, write } from '../support/command.ts';
import { type RunningProcess, runScript } from '../support/process.ts';

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

describe('wrong usage ends with 2, and names the help', () => {
  test.each([
    ['no command', [], 'The command is missing', 'contactgraph --help'],
    ['an unknown command', ['strat'], "'strat' is no command; there are start", 'contactgraph --help'],
    ['the name of a property of every object', ['constructor'], "'constructor' is no command", 'contactgraph --help'],
    ['an unknown option', ['schema', '--colour'], "Unknown option '--colour'", 'contactgraph schema --help'],
    ['an option without its value', ['schema', '--output'], '--output', 'contactgraph schema --help'],
    ['an argument too many', ['start', 'now'], "Unexpected argument 'now'", 'contactgraph start --help'],
  ])('%s', async (_, args, problem, advice) => {
    const { status, stdout, stderr } = await run(args);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toContain(problem);
    expect(stderr).toContain(advice);
  });
});

describe('a problem that the user can solve ends with 1, and prints no stack trace', () => {
  test.each([
    ['an environment file that cannot be read', ['schema', '--env', join(folder, 'absent')], {}, 'ENOENT'],
    ['a file that cannot be written', ['schema', '--output', join(folder, 'absent', 'file')], {}, 'ENOENT'],
    ['a configuration with a problem', ['start'], { PORT: 'many' }, '  - PORT is a whole number'],
    ['a host that does not exist', ['emulator', '--host', 'host.invalid', '--contacts', '1'], {}, 'host.invalid'],
  ])('%s', async (_, args, env, problem) => {
    const { status, stdout, stderr } = await run(args, env);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(problem);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });
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
