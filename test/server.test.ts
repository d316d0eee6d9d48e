import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Listening, listen } from '../src/listen.ts';
import { startGateway, type TestGateway } from './support/gateway.ts';

let stack: TestGateway;
let server: Listening;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 } });
  server = await listen(stack.gateway, '127.0.0.1', 0);
});
afterAll(async () => {
  await server.stop(1000);
  await stack.close();
});

const ask = async (path: string) => (await fetch(`${server.url}${path}`)).status;

test('the process lives, and is ready until it drains', async () => {
  expect([await ask('/livez'), await ask('/readyz')]).toEqual([200, 200]);
  stack.gateway.drain();
  expect([await ask('/livez'), await ask('/readyz')]).toEqual([200, 503]);
  expect((await stack.query('{ viewer { scopes } }')).errors).toEqual([]);
});

test.each(['/', '/health', '/graphql/x', '/admin'])('%s does not exist', async (path) => {
  expect(await ask(path)).toBe(404);
});

test('headers of more than 16 kB are a 431', async () => {
  const response = await fetch(`${server.url}/graphql`, { headers: { 'x-padding': 'x'.repeat(17_000) } });
  expect(response.status).toBe(431);
});
