import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
});
afterAll(() => stack.close());

test('the log line of an operation has the upstream calls that it asked for, and those that it made', async () => {
  const { data } = await stack.query('{ contacts(first: 2) { nodes { id devices { totalCount } } } }');
  expect(data.contacts.nodes).toHaveLength(2);
  const [line] = stack.logged.map((text) => JSON.parse(text)).filter(({ msg }) => msg === 'operation');
  expect(line).toMatchObject({ upstreamCalls: 3, actualCalls: 3, requestedCalls: expect.any(Number) });
  expect(line.requestedCalls).toBeGreaterThanOrEqual(3);
});
