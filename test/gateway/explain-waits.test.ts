/** How long the calls of an explained operation waited before they were sent. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
let server: HttpServer;
beforeEach(async () => {
  const env = { UPSTREAM_CONNECTIONS: '4', TRY_TIMEOUT_MS: '20000', QUEUE_WAIT_MS: '20000' };
  stack = await startGateway({ emulator: { contacts: 40 }, env });
  server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  await stack.query('{ contacts(first: 1) { totalCount } }'); // logs in
  stack.emulator.control.clearLog();
});
afterEach(async () => {
  await server.stop(0);
  await stack.close();
});

type Attempt = { startedMs: number; ms: number; waitedMs: number };
type Step = { resource: string; ms: number; attempts: [Attempt, ...Attempt[]] };
type Explanation = { admissionMs: number; steps: [Step, ...Step[]] };

async function explain(query: string, signal: AbortSignal | null = null): Promise<Explanation> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, extensions: { explain: true } }),
    signal,
  });
  const { extensions } = (await response.json()) as { extensions: { explain: Explanation } };
  return extensions.explain;
}

const list = (first: number) => `{ contacts(first: ${first}) { nodes { devices { totalCount } } } }`;
const contact = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;

/** Sends a list of which some devices hang until the returned function ends the operation. */
async function occupy(first: number, hanging: number): Promise<() => Promise<void>> {
  const { control } = stack.emulator;
  control.fault({ path: '/devices', kind: 'hang', times: hanging });
  const leaving = new AbortController();
  const lost = explain(list(first), leaving.signal).catch(() => undefined);
  await expect.poll(() => [control.counts().devices, control.loggedInFlight()]).toEqual([first, hanging]);
  return async () => {
    leaving.abort();
    await lost;
  };
}

/** Executes an operation that waits for nothing. @returns how long that took, in ms */
async function pass(query: string): Promise<number> {
  const startedAt = performance.now();
  await explain(query);
  return performance.now() - startedAt;
}

/** Times in an explanation are rounded to tenths of a millisecond. */
const rounding = 0.2;

test('the time at the concurrency limiter is explained for each call apart from its time at the upstream', async () => {
  const release = await occupy(4, 4);
  const waiting = explain(contact);
  await expect.poll(() => stack.gateway.state().limiter.queued).toBe(1);
  const passedMs = await pass('{ viewer { scopes } }');
  expect(stack.emulator.control.counts().contact).toBe(0);
  await release();
  const { steps } = await waiting;
  expect(steps).toMatchObject([{ resource: 'contact', attempts: [{}] }]);
  const [{ ms, attempts }] = steps;
  expect(attempts[0].waitedMs).toBeGreaterThanOrEqual(passedMs - rounding);
  expect(attempts[0].waitedMs + attempts[0].ms).toBeLessThanOrEqual(ms + rounding);
});

test('the time at the fan-out admission is explained for the operation, and its calls start after it', async () => {
  const { control } = stack.emulator;
  const release = await occupy(8, 2);
  const waiting = explain(list(7));
  await expect.poll(() => server.state().pendingRequests).toBe(2);
  await explain(contact); // When this is answered, the list waits.
  const passedMs = await pass(contact);
  expect(control.counts()).toMatchObject({ contacts: 1, devices: 8, contact: 2 });
  await release();
  const { admissionMs, steps } = await waiting;
  expect(admissionMs).toBeGreaterThanOrEqual(passedMs - rounding);
  const starts = steps.flatMap(({ attempts }) => attempts.map(({ startedMs }) => startedMs));
  expect(starts).toHaveLength(8);
  expect(Math.min(...starts)).toBeGreaterThanOrEqual(admissionMs - rounding);
  expect(control.counts()).toMatchObject({ contacts: 2, devices: 15 });
});
