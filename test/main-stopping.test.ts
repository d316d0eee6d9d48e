/**
 * Stopping: a signal before the gateway listens, as PID 1, and under load on connections that stay open. No request that a
 * client has sent is lost, on either path, and no client can hold the process.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { startEmulator } from '../emulator/emulator.ts';
import { type HttpServer, startHttpServer } from '../src/http/server.ts';
import { type RunningProcess, runScript } from './support/process.ts';

const closers: (() => Promise<unknown>)[] = [];
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
});

describe('a server that stops', () => {
  /** Serves a response after some ms, with the path as its body. */
  async function startSlowServer(
    ms: number,
  ): Promise<{ server: HttpServer; socketTo: () => ReturnType<typeof connect> }> {
    const server = await startHttpServer(
      ({ url }, response) => {
        setTimeout(() => response.writeHead(200, ['content-length', String(url?.length)]).end(url), ms);
      },
      '127.0.0.1',
      0,
    );
    closers.push(() => server.stop(0));
    return {
      server,
      socketTo: () =>
        connect(Number(new URL(server.url).port), '127.0.0.1')
          .setEncoding('latin1')
          .on('error', () => undefined),
    };
  }
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

  test('a server that stops answers a request that arrives on an idle connection after it has begun to stop, and then closes it', async () => {
    const { server, socketTo } = await startSlowServer(0);
    const socket = socketTo();
    socket.write(get('/first'));
    const [first] = await once(socket, 'data');
    expect(first).toContain('/first');
    expect(first).toMatch(/connection: keep-alive/i);
    const stopped = server.stop(10_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    socket.write(get('/second'));
    const rest = await text(socket);
    expect(rest).toContain('/second');
    expect(rest).toMatch(/connection: close/i);
    await stopped;
  });

  test('a server that stops answers all pipelined requests, and closes the connection with the last of them', async () => {
    const { server, socketTo } = await startSlowServer(200);
    const socket = socketTo();
    socket.write(get('/first') + get('/second') + get('/third'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const stopped = server.stop(10_000);
    const answers = await text(socket);
    expect(answers.match(/\/(?:first|second|third)/g)).toEqual(['/first', '/second', '/third']);
    expect(answers.match(/connection: close/gi)).toHaveLength(1);
    await stopped;
  });

  test('a server that stops does not wait for connections on which nothing or half a request was sent', async () => {
    const { server, socketTo } = await startSlowServer(0);
    const silent = socketTo();
    const halfSent = socketTo();
    halfSent.write('GET / HTTP/1.1\r\nhost:');
    await Promise.all([once(silent, 'connect'), once(halfSent, 'connect')]);
    await server.stop(600_000);
    await expect.poll(() => [silent.resume().closed, halfSent.resume().closed]).toEqual([true, true]);
  });

  test('a server that stops accepts connections during the delay, and closes each with its response', async () => {
    const { server } = await startSlowServer(0);
    const stopped = server.stop(10_000, 500);
    const response = await fetch(`${server.url}/new`);
    expect([await response.text(), response.headers.get('connection')]).toEqual(['/new', 'close']);
    await stopped;
    await expect(fetch(server.url)).rejects.toThrow();
  });
});

test('restarts of two replicas under load lose no request of connections that stay open, on either path', async () => {
  const emulator = await startEmulator({ contacts: 10 });
  closers.push(() => emulator.close());
  const running = new Map<string, RunningProcess>();
  async function startReplica(): Promise<string> {
    const env = { PORT: '0', UPSTREAM_URL: emulator.url, ORGANIZATION_ID: emulator.organizationId };
    const replica = runScript('src/main.ts', [], { ...env, DRAIN_DELAY_MS: '1000', LOG_LEVEL: 'warn' });
    closers.push(async () => replica.child.kill('SIGKILL'));
    const [, url = ''] = await replica.printed(/listens on (http:\S+)/);
    running.set(url, replica);
    return url;
  }

  function send(url: string, path: string, agent: Agent | false): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const headers = { 'content-type': 'application/json', authorization: 'Bearer e30.e30.x' };
    const call = request(`${url}${path}`, { method: path.startsWith('/graphql') ? 'POST' : 'GET', headers, agent });
    call.on('error', reject).on('response', (message) => text(message).then(() => resolve(message), reject));
    call.end(path.startsWith('/graphql') ? '{"query":"{ __typename }"}' : undefined);
    return promise;
  }

  /** Chooses a replica as a load balancer does. */
  async function findReady(first: number): Promise<string> {
    for (let n = first; ; n += 1) {
      const urls = [...running.keys()];
      const url = urls[n % urls.length] as string;
      const isReady = await send(url, '/readyz', false).then(
        ({ statusCode }) => statusCode === 200,
        () => false,
      );
      if (isReady) return url;
    }
  }

  const paths = ['/graphql', '/graphql?yoga', '/livez'];
  const lost: string[] = [];
  let sent = 0;
  let isDone = false;
  async function client(n: number): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let url: string | undefined;
    while (!isDone) {
      url ??= await findReady(n);
      sent += 1;
      const path = paths[sent % paths.length] as string;
      try {
        const { statusCode, headers } = await send(url, path, agent);
        if (statusCode !== 200) lost.push(`${path}: ${statusCode}`);
        if (headers.connection === 'close') url = undefined;
      } catch (error) {
        lost.push(`${path}: ${error}`);
        url = undefined;
      }
    }
    agent.destroy();
  }

  await Promise.all([startReplica(), startReplica()]);
  const clients = Promise.all(Array.from({ length: 32 }, (_, n) => client(n)));
  for (const url of [...running.keys()]) {
    const before = sent;
    await expect.poll(() => sent - before, { timeout: 30_000 }).toBeGreaterThan(1_000);
    const replica = running.get(url) as RunningProcess;
    replica.child.kill('SIGTERM');
    expect(await replica.exited).toBe(0);
    running.delete(url);
    await startReplica();
  }
  const before = sent;
  await expect.poll(() => sent - before, { timeout: 30_000 }).toBeGreaterThan(1_000);
  isDone = true;
  await clients;
  expect(lost).toEqual([]);
  expect(sent).toBeGreaterThan(3_000);
}, 120_000);
