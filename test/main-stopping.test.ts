/**
 * How the process stops: a signal before the gateway listens, as PID 1, through npm, a second signal, and what the log says.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { startEmulator } from '../emulator/emulator.ts';
import { logIn } from './support/passthrough-gateway.ts';
import { type RunningProcess, runProgram, runScript } from './support/process.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Prints a line when the process has a handler for SIGTERM: Node has one of its own, which ends the process. */
const marker = `process.on('newListener', (name) => name === 'SIGTERM' && setImmediate(() => console.log('handled')))`;

describe('before the gateway listens', () => {
  const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(marker)}`;
  const env = { PORT: '0', NODE_ENV: 'production', NODE_OPTIONS };

  test.each(['SIGTERM', 'SIGINT'] as const)('%s before the gateway listens ends the process with 0', async (signal) => {
    const { child, exited, stdout, printed } = runScript('src/main.ts', [], env);
    await printed(/handled/);
    child.kill(signal);
    expect(await exited).toBe(0);
    expect(stdout()).not.toContain('listens on');
  });

  test('SIGTERM ends the process with 0 also as PID 1, which has no default action', async () => {
    const script = [process.execPath, 'src/main.ts'];
    const namespace = spawn('unshare', ['--map-root-user', '--pid', '--fork', ...script], {
      env: { PATH: process.env['PATH'] ?? '', ...env },
    });
    const exited = once(namespace, 'exit');
    await once(namespace.stdout, 'data');
    const inner = readFileSync(`/proc/${namespace.pid}/task/${namespace.pid}/children`, 'utf8');
    process.kill(Number(inner), 'SIGTERM');
    expect(await exited).toEqual([0, null]);
  });

  test('a port that is in use is reported before the warm-up', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    closers.push(() => other.close());
    await once(other, 'listening');
    const address = other.address();
    const PORT = String(typeof address === 'object' ? address?.port : undefined);
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(printWarmUp)}`;
    const gateway = runScript('src/main.ts', [], { PORT, NODE_ENV: 'production', NODE_OPTIONS });
    expect(await gateway.exited).toBe(1);
    expect(gateway.stderr()).toMatch(/^Contactgraph cannot start:\n {2}- listen EADDRINUSE: address already in use/);
    expect(gateway.stdout()).not.toContain('imported warm-up.ts');
    const undisturbed = runScript('src/main.ts', [], { PORT: '0', NODE_ENV: 'production', NODE_OPTIONS });
    closers.push(() => undisturbed.child.kill('SIGKILL'));
    await undisturbed.printed(/imported warm-up.ts/);
  });
});

/** Prints a line when the process imports the module of the warm-up. */
const printWarmUp = `import { registerHooks } from 'node:module';
registerHooks({ load(url, context, next) {
  if (url.endsWith('/src/warm-up.ts')) console.log('imported warm-up.ts');
  return next(url, context);
} });`;

const startScript = (env: Record<string, string>) => runScript('src/main.ts', [], env);

/**
 * Starts a gateway, and sends an operation whose upstream call is answered after some ms.
 *
 * @returns the gateway, when the call has arrived upstream, with the status and the text of the operation's answer
 */
async function startWithPendingOperation(ms: number, env: Record<string, string>, start = startScript) {
  const emulator = await startEmulator({ contacts: 10 });
  closers.push(() => emulator.close());
  const token = await logIn(emulator, emulator);
  emulator.control.fault({ kind: 'delay', ms });
  const timeouts = { OPERATION_DEADLINE_MS: '60000', TRY_TIMEOUT_MS: '60000' };
  const urls = { UPSTREAM_URL: emulator.url, ORGANIZATION_ID: emulator.organizationId };
  const gateway = start({ PORT: '0', ...urls, ...timeouts, ...env });
  closers.push(() => gateway.child.kill('SIGKILL'));
  const [, url = ''] = await gateway.printed(/listens on (http:\S+)/);
  const answer = fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ contacts(first: 1) { nodes { __typename } } }' }),
  }).then(
    async (response) => [response.status, await response.text()],
    () => ['no answer'],
  );
  await expect.poll(() => emulator.control.loggedInFlight()).toBe(1);
  return { gateway, url, answer };
}

const contacts = [200, '{"data":{"contacts":{"nodes":[{"__typename":"Contact"}]}}}'];

/** The lines of the log about the stop, without the fields that each line has. */
const stopLines = (gateway: RunningProcess) =>
  gateway
    .stdout()
    .split('\n')
    .filter((line) => /the gateway (?:stops|has stopped)|connections/.test(line))
    .map((line) => {
      const { time: _time, pid: _pid, hostname: _hostname, ...rest } = JSON.parse(line);
      return rest;
    });

describe('when the gateway listens', () => {
  test('a pending operation is answered before the process ends with 0, and the log has a line for the signal, for the end of the listener and for the exit', async () => {
    const { gateway, answer } = await startWithPendingOperation(1_500, { DRAIN_DELAY_MS: '100' });
    gateway.child.kill('SIGTERM');
    expect(await answer).toEqual(contacts);
    expect(await gateway.exited).toBe(0);
    const counts = { connections: 1, pendingRequests: 1 };
    const delays = { drainDelayMs: 100, graceMs: 8_000 };
    expect(stopLines(gateway)).toEqual([
      { level: 30, signal: 'SIGTERM', ...delays, ...counts, msg: 'the gateway stops: it is not ready any more' },
      { level: 30, ...counts, msg: 'no more connections are accepted, and pending requests continue' },
      { level: 30, msg: 'the gateway has stopped' },
    ]);
  });

  test('an operation that does not end within GRACE_MS is cut off, and a warning counts it', async () => {
    const { gateway, answer } = await startWithPendingOperation(60_000, { GRACE_MS: '100' });
    gateway.child.kill('SIGTERM');
    expect(await answer).toEqual(['no answer']);
    expect(await gateway.exited).toBe(0);
    expect(stopLines(gateway)).toContainEqual({
      ...{ level: 40, connections: 1, pendingRequests: 1 },
      msg: 'the connections that are still open are destroyed, because GRACE_MS is over',
    });
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('a second %s ends the process at once, with the exit code %i', async (signal, code) => {
    const { gateway, url } = await startWithPendingOperation(60_000, { DRAIN_DELAY_MS: '300000' });
    gateway.child.kill(signal);
    await gateway.printed(/the gateway stops/);
    const checks = await Promise.all(['/livez', '/readyz'].map((path) => fetch(`${url}${path}`)));
    expect(checks.map(({ status, headers }) => [status, headers.get('connection')])).toEqual([
      [200, 'close'],
      [503, 'close'],
    ]);
    gateway.child.kill(signal);
    expect(await gateway.exited).toBe(code);
  });

  test('npm start passes SIGTERM on, waits until pending operations are answered, and ends with 0', async () => {
    const { gateway, answer } = await startWithPendingOperation(1_500, {}, (env) =>
      runProgram('npm', ['start'], { env: { PATH: process.env['PATH'], ...env } }),
    );
    gateway.child.kill('SIGTERM');
    expect(await answer).toEqual(contacts);
    expect(await gateway.exited).toBe(0);
    expect(stopLines(gateway).at(-1)).toEqual({ level: 30, msg: 'the gateway has stopped' });
  });
});
