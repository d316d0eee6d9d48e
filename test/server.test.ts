import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from './support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 } });
});
afterAll(() => stack.close());

const ask = async (path: string) => (await stack.gateway.fetch(`http://gateway${path}`)).status;

test('the process lives, and is ready until it drains', async () => {
  expect([await ask('/livez'), await ask('/readyz')]).toEqual([200, 200]);
  stack.gateway.drain();
  expect([await ask('/livez'), await ask('/readyz')]).toEqual([200, 503]);
  expect((await stack.query('{ viewer { scopes } }')).errors).toEqual([]);
});

test.each(['/', '/health', '/graphql/x', '/admin'])('%s does not exist', async (path) => {
  expect(await ask(path)).toBe(404);
});
