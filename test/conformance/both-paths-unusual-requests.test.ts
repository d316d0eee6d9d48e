import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFastPath } from '../../src/http/fast-path.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { ada, json, send } from './exact-request.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 20 }, env: { PUBLIC_SCHEMA: 'false', EXPLAIN: 'true' } });
});
afterAll(() => stack.close());

test('the fast path leaves only unusual requests to Yoga', async () => {
  const leftToYoga: string[] = [];
  const { finish, getResultForParams, documents, execute, sharesOperations, logShared } = stack.gateway;
  const { authenticateRequest, startOperation, revocations, writeAnswer, clientAddressOf, spanOf } = stack.gateway;
  const spied = Object.assign(() => void leftToYoga.push('unread request'), {
    ...{ finish, getResultForParams, documents, execute, sharesOperations, logShared },
    ...{ authenticateRequest, startOperation, revocations, writeAnswer, clientAddressOf, spanOf, foreignPlugins: [] },
    fetch: (...sent: Parameters<TestGateway['gateway']['fetch']>) => {
      leftToYoga.push('read request');
      return stack.gateway.fetch(...sent);
    },
  }) as unknown as TestGateway['gateway']; // what the fast path uses of a gateway
  const fast = await startHttpServer(createFastPath(spied), '127.0.0.1', 0);
  const usual = [ada, '{', '{ nothing }', '{ contacts(first: 0) { totalCount } }'];
  for (const query of usual) await send(fast, { body: json({ query }) });
  expect(leftToYoga).toEqual([]);
  await send(fast, { body: '[]' });
  expect(leftToYoga).toEqual(['read request']);
  await fast.stop(0);
});
