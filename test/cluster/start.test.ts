// Which configurations of workers are refused, and what is printed when workers cannot start.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { problemsOf } from '../support/config.ts';
import { writeManifest } from '../support/manifest.ts';
import { useWorkers } from '../support/workers.ts';

const { start } = useWorkers();

describe('the number of workers', () => {
  const base = {
    UPSTREAM_URL: 'https://upstream.example',
    VALKEY_URL: 'redis://valkey',
    CURSOR_KEYS: Buffer.alloc(32).toString('base64'),
  };

  test('WORKERS is a number, or auto for one on each core; without it there is one process', () => {
    expect(readConfig({}).workers).toBe(1);
    expect(readConfig({ ...base, WORKERS: '3' }).workers).toBe(3);
    expect(readConfig({ ...base, WORKERS: 'auto' }).workers).toBe(availableParallelism());
  });

  test.each(['0', '257', '-1', '1.5', 'all', 'AUTO'])('WORKERS=%s is refused', (WORKERS) => {
    expect(problemsOf({ ...base, WORKERS })).toEqual(['WORKERS is auto, or a whole number from 1 to 256.']);
  });

  test.each(['2', 'auto'])('WORKERS=%s without Valkey is refused with what would not be shared', (WORKERS) => {
    const [problem, ...more] = problemsOf({ UPSTREAM_URL: base.UPSTREAM_URL, WORKERS });
    expect(problem).toMatch(/^WORKERS other than 1 needs a VALKEY_URL, .*Idempotency-Keys.*revoked tokens.*budgets/);
    expect(more).toEqual([]);
    expect(problemsOf({ UPSTREAM_URL: base.UPSTREAM_URL, WORKERS: '1' })).toEqual([]);
  });

  test('WORKERS in demo mode and with REUSE_PORT is refused', () => {
    const { UPSTREAM_URL, ...demo } = base;
    expect(problemsOf({ ...demo, WORKERS: '2' })).toEqual([
      'WORKERS other than 1 needs an UPSTREAM_URL: in demo mode each worker would have an emulator with data of its own.',
    ]);
    expect(problemsOf({ ...base, WORKERS: '2', REUSE_PORT: 'true' })).toEqual([
      'REUSE_PORT is for processes that are started one by one: unset it, because WORKERS share a port.',
    ]);
  });
});

describe('workers that cannot start', () => {
  test('a wrong configuration is printed once by the primary, which starts no worker', async () => {
    const group = start({ PORT: 'x' });
    expect(await group.exited).toBe(1);
    expect(group.stderr()).toBe('Contactgraph cannot start:\n  - PORT is a whole number from 0 to 65535.\n');
    expect(group.stdout()).toBe('');
  });

  test('a warning about the configuration is logged once', async () => {
    const group = start({ VALKEY_URI: 'redis://127.0.0.1' });
    await group.url();
    const warnings = group.log().filter(({ msg }) => msg.includes('VALKEY_URI'));
    expect(warnings.map(({ pid }) => pid)).toEqual([group.child.pid]);
  });

  test('a problem that every worker finds is printed once, and the primary exits with 1', async () => {
    const group = start({ DOCUMENTS_FILE: writeManifest('{"first":'), DOCUMENTS_MODE: 'only' });
    expect(await group.exited).toBe(1);
    expect(group.stderr()).toMatch(/^Contactgraph cannot start:\n {2}- [^\n]*JSON[^\n]*\n$/);
    expect(group.stdout()).not.toContain('listens on');
  });

  test('a port in use is printed once, and the primary exits with 1', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const group = start({ PORT: String(Object(server.address()).port) });
    expect(await group.exited).toBe(1);
    expect(group.stderr()).toMatch(/^Contactgraph cannot start:\n {2}- [^\n]*EADDRINUSE[^\n]*\n$/);
    server.close();
  });

  test('a worker that is killed before it is ready ends the start with 1', async () => {
    const group = start({ WARM_UP: 'true' });
    await expect.poll(group.workerPids).toHaveLength(2);
    const [first = 0, second = 0] = group.workerPids();
    process.kill(first, 'SIGKILL');
    expect(await group.exited).toBe(1);
    expect(group.stderr()).toContain('  - A worker ended with SIGKILL before it was ready.\n');
    await expect.poll(() => existsSync(`/proc/${second}`)).toBe(false);
  });
});
