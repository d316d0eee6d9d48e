import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
let server: HttpServer;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 } });
  server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
});
afterAll(async () => {
  await server.stop(1000);
  await stack.close();
});

const statusOf = async (path: string) => (await fetch(`${server.url}${path}`)).status;

test('/livez and /readyz answer 200, and /readyz 503 once the gateway drains', async () => {
  expect([await statusOf('/livez'), await statusOf('/readyz')]).toEqual([200, 200]);
  stack.gateway.drain();
  expect([await statusOf('/livez'), await statusOf('/readyz')]).toEqual([200, 503]);
  expect((await stack.query('{ viewer { scopes } }')).errors).toEqual([]);
});

test.each(['/', '/health', '/graphql/x', '/admin'])('the path %s does not exist', async (path) => {
  expect(await statusOf(path)).toBe(404);
});

test.each(['x:99999', 'a b', 'evil/..', '[', 'user@host', 'a?b', '%'])(
  'the invalid Host header %j is answered with a 400 that explains nothing',
  async (host) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.write(`GET /livez HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toMatch(/TypeError|\bat /);
  },
);

test('headers of more than 16 kB are answered with a 431', async () => {
  const response = await fetch(`${server.url}/graphql`, { headers: { 'x-padding': 'x'.repeat(17_000) } });
  expect(response.status).toBe(431);
});

test('several servers share a port when all of them use reusePort', async () => {
  const listener = () => undefined;
  const first = await startHttpServer(listener, '127.0.0.1', 0, { reusePort: true });
  const port = Number(new URL(first.url).port);
  const second = await startHttpServer(listener, '127.0.0.1', port, { reusePort: true });
  expect(second.url).toBe(first.url);
  await expect(startHttpServer(listener, '127.0.0.1', port)).rejects.toThrow('EADDRINUSE');
  await Promise.all([first.stop(0), second.stop(0)]);
});
