/** The commands about the configuration: `keys`, and `config`. */
import { rmSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { folder, run, write } from '../support/command.ts';
import { problemsOf } from '../support/config.ts';

afterAll(() => rmSync(folder, { recursive: true }));

const key = Buffer.alloc(32, 7).toString('base64');
const readLines = (text: string) => Object.fromEntries(text.split('\n').map((line) => line.split(/=(.*)/)));

describe('contactgraph keys', () => {
  test('keys prints a new key for each variable, in lines that the gateway reads as they are', async () => {
    const { status, stdout, stderr } = await run(['keys']);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^CURSOR_KEYS=\S{44}\nSESSION_KEYS=\S{44}\n$/);
    const { CURSOR_KEYS = '', SESSION_KEYS = '' } = readLines(stdout);
    expect(problemsOf({ CURSOR_KEYS, SESSION_KEYS })).toEqual([]);
    const again = readLines((await run(['keys'])).stdout);
    expect(new Set([CURSOR_KEYS, SESSION_KEYS, again['CURSOR_KEYS'], again['SESSION_KEYS']]).size).toBe(4);
  });

  test('keys --append keeps the keys that are set, in the environment or in a file, before the new one', async () => {
    const file = write('keys', `CURSOR_KEYS=${key},${key}\n`);
    const { stdout } = await run(['keys', '--append', '--env', file], { SESSION_KEYS: key });
    const { CURSOR_KEYS = '', SESSION_KEYS = '' } = readLines(stdout);
    expect(CURSOR_KEYS.split(',')).toEqual([key, key, expect.stringMatching(/^\S{44}$/)]);
    expect(SESSION_KEYS.split(',')).toEqual([key, expect.stringMatching(/^\S{44}$/)]);
  });

  test('keys --only prints one of the variables, and knows no other', async () => {
    expect((await run(['keys', '--only', 'SESSION_KEYS'])).stdout).toMatch(/^SESSION_KEYS=\S{44}\n$/);
    expect(await run(['keys', '--only', 'PORT'])).toMatchObject({ status: 2, stdout: '' });
  });

  test('keys --append refuses keys that the gateway would refuse, without quoting them', async () => {
    const { status, stdout, stderr } = await run(['keys', '--append'], { CURSOR_KEYS: 'canary' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('CURSOR_KEYS has no 32 bytes of base64');
    expect(stderr).not.toContain('canary');
  });
});

describe('contactgraph config', () => {
  test('config prints what is in force and where it comes from, without secrets', async () => {
    const file = write('variables', `PORT=5000\nCURSOR_KEYS=${key},${key}\nLOG_LEVEL=warn\n`);
    const env = { LOG_LEVEL: 'debug', VALKEY_URL: 'redis://:canary@valkey:6379', NODE_ENV: 'production' };
    const { status, stdout, stderr } = await run(['config', '--json', '--env', file], env);
    expect([status, stderr]).toEqual([0, '']);
    const settings = JSON.parse(stdout);
    for (const expected of [
      { name: 'HOST', value: '127.0.0.1', source: 'default' },
      { name: 'PORT', value: '5000', source: 'env-file' },
      { name: 'LOG_LEVEL', value: 'debug', source: 'variable' },
      { name: 'CURSOR_KEYS', value: '[secret],[secret]', source: 'env-file' },
      { name: 'VALKEY_URL', value: '[secret]', source: 'variable' },
      { name: 'DRAIN_DELAY_MS', value: '5000', source: 'default' }, // in production
      { name: 'JWT_ISSUER', value: null, source: 'default' },
    ]) {
      expect(settings).toContainEqual(expected);
    }
    expect(stdout).not.toContain('canary');
    expect(stdout).not.toContain(key);
  });

  test('config prints a table with the same content', async () => {
    const { status, stdout } = await run(['config'], { PORT: '5000' });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^PORT +5000 +variable$/m);
    expect(stdout).toMatch(/^AUTH_MODE +demo +default$/m);
    expect(stdout).toMatch(/^JWT_ISSUER +– +default$/m);
  });

  test('config names variables that are misspelled', async () => {
    const { status, stderr } = await run(['config'], { LOG_LEVELS: 'debug' });
    expect([status, stderr]).toEqual([0, 'LOG_LEVELS is not a variable of the gateway: LOG_LEVEL is one.\n']);
  });

  test('config reports all problems of a configuration with which the gateway would not start', async () => {
    const { status, stdout, stderr } = await run(['config'], { PORT: 'many', VALKEY_URL: 'canary' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('  - PORT is a whole number');
    expect(stderr).toContain('  - VALKEY_URL is redis');
    expect(stderr).not.toContain('canary');
  });
});
