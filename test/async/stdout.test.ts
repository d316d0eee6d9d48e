import { type ChildProcess, execFileSync, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { findFreePort } from '../support/free-port.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** Creates a pipe as a shell does, whose ends block. @returns the file descriptors of its ends */
function createPipe() {
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-pipe-'));
  const file = join(folder, 'pipe');
  execFileSync('mkfifo', [file]);
  const readEnd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(file, 'w');
  rmSync(folder, { recursive: true });
  return { readEnd, writeEnd };
}

function run(args: readonly string[], stdio: StdioOptions, env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, args, { stdio, env: { PATH: process.env['PATH'] ?? '', ...env } });
  children.push(child);
  return child;
}

/** Starts a gateway whose output goes to a file descriptor or a pipe, and waits until it listens. */
async function startGateway(stdout: number | 'pipe') {
  const port = await findFreePort();
  const gateway = run(['src/main.ts'], ['ignore', stdout, 'inherit'], { PORT: String(port) });
  const url = `http://127.0.0.1:${port}`;
  const status = (path: string) => fetch(`${url}${path}`).then((response) => response.status);
  await expect.poll(() => status('/livez').catch(() => 0)).toBe(200);
  return { gateway, url, status };
}

async function stop(gateway: ChildProcess): Promise<unknown> {
  gateway.kill('SIGTERM');
  const [code] = await once(gateway, 'exit');
  return code;
}

function query(url: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${url}/graphql`, { method: 'POST', headers, body: '{"query":"{ __typename }"}' }).then((response) =>
    response.json(),
  );
}

test('a gateway whose log is on a disk without space starts, answers and stops', async () => {
  const full = openSync('/dev/full', 'w');
  const { gateway, url } = await startGateway(full);
  closeSync(full);
  expect(await query(url)).toEqual({ data: { __typename: 'Query' } });
  expect(await stop(gateway)).toBe(0);
});

test('a gateway whose log is a pipe that is not read answers all requests, and stops', async () => {
  const { readEnd, writeEnd } = createPipe();
  const { gateway, url, status } = await startGateway(writeEnd);
  const answers = new Set<string>();
  // A line has more than 150 bytes, and the pipe takes 65,536.
  for (let n = 0; n < 12; n += 1) {
    const batch = await Promise.all(Array.from({ length: 50 }, () => query(url)));
    for (const answer of batch) answers.add(JSON.stringify(answer));
  }
  expect([...answers]).toEqual(['{"data":{"__typename":"Query"}}']);
  expect(await status('/livez')).toBe(200);
  expect(await stop(gateway)).toBe(0);
  for (const end of [readEnd, writeEnd]) closeSync(end);
});

test('a gateway whose log has no reader any more answers and stops', async () => {
  const { gateway, url } = await startGateway('pipe');
  gateway.stdout?.destroy();
  expect(await query(url)).toEqual({ data: { __typename: 'Query' } });
  expect(await query(url)).toEqual({ data: { __typename: 'Query' } });
  expect(await stop(gateway)).toBe(0);
});

test('of lines that a slow reader does not take in time the last ones are dropped, and their number is written', async () => {
  const script = `
    import { createStdout } from './src/async/stdout.ts';
    const write = (line) => stdout.write(JSON.stringify(line) + '\\n');
    const stdout = createStdout(process, (lines) => JSON.stringify({ msg: 'dropped', lines }) + '\\n');
    let written = 0;
    (function writeAll() {
      for (let n = 0; n < 100; n += 1) write({ n: written++, text: 'x'.repeat(1_000) });
      if (written < 3_000) setImmediate(writeAll);
      else process.send('written');
    })();
    process.once('message', () => {
      setInterval(() => write({ msg: 'alive' }), 20).unref();
      setTimeout(() => process.disconnect(), 500);
    });`;
  const { readEnd, writeEnd } = createPipe();
  const child = run(['--input-type=module', '--eval', script], ['ignore', writeEnd, 'inherit', 'ipc']);
  closeSync(writeEnd);
  await once(child, 'message');
  child.send('read');
  const lines = (await text(new Socket({ fd: readEnd })))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const numbers = lines.flatMap(({ n }) => n ?? []);
  const dropped = lines.find(({ msg }) => msg === 'dropped');
  expect(numbers).toEqual(numbers.map((_, index) => index));
  expect(numbers.length * 1_000).toBeGreaterThan(900_000);
  expect(numbers.length + dropped.lines).toBe(3_000);
  expect(lines.at(-1).msg).toBe('alive');
});
