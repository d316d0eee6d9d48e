/** How long the calls of an explained operation waited before they were sent. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postBody, startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 40 }, env: { UPSTREAM_CONNECTIONS: '4' } });
  await stack.query('{ contacts(first: 1) { totalCount } }'); // logs in
  stack.emulator.control.latency({ pattern: '/devices', ms: 50 });
});
afterAll(() => stack.close());

type Explanation = { admissionMs: number; steps: { resource: string; attempts: { waitedMs: number }[] }[] };

async function explain(first: number): Promise<Explanation> {
  const query = `{ contacts(first: ${first}) { nodes { devices { totalCount } } } }`;
  const { text } = await postBody(stack.gateway, JSON.stringify({ query, extensions: { explain: true } }));
  return JSON.parse(text).extensions.explain;
}

test('the time at the concurrency limiter is explained for each call apart from its time at the upstream', async () => {
  const { steps } = await explain(8);
  const devices = steps.filter(({ resource }) => resource === 'devices').flatMap(({ attempts }) => attempts);
  expect(devices).toHaveLength(8);
  expect(devices.filter(({ waitedMs }) => waitedMs > 0)).toHaveLength(4);
});

test('the time at the fan-out admission is explained for the operation', async () => {
  const waits = (await Promise.all([explain(20), explain(21)])).map(({ admissionMs }) => admissionMs);
  expect(Math.max(...waits)).toBeGreaterThan(50); // the other operation has the capacity for at least one response
});
