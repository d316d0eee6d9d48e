import { afterEach, expect, test } from 'vitest';
import { createTable } from './support/fault-table.ts';
import { type Harness, startHarness, type Told } from './support/harness.ts';
import { contact, wholeContact } from './support/operations.ts';

const table = createTable('More calls than there is room for (U21)');

let harness: Harness;
afterEach(() => harness.close());

const connections = 2;
const clients = 30;

test.each([
  ['the queue is full', { QUEUE_MAX: '4', QUEUE_WAIT_MS: '60000' }, clients - connections - 4],
  ['they have waited long enough', { QUEUE_MAX: '1000', QUEUE_WAIT_MS: '100' }, clients - connections],
])('U21: because %s calls are refused, and probes are answered meanwhile', async (reason, queue, count) => {
  // A try may take as long as the operation: who has a connection keeps it.
  harness = await startHarness({
    env: {
      UPSTREAM_CONNECTIONS: String(connections),
      TRY_TIMEOUT_MS: '60000',
      OPERATION_DEADLINE_MS: '2000',
      ...queue,
    },
  });
  const { emulator, ask, get } = harness;
  const { loggedInFlight } = emulator.control;
  harness.fault({ path: '/customers/', kind: 'hang', times: Number.POSITIVE_INFINITY });
  const cids = emulator.contacts().map(({ cid }) => cid);
  const told: Told[] = [];
  const asked = cids.slice(0, clients).map(async (cid) => {
    told.push(await ask({ query: `{ contact(by: {cid: "${cid}"}) { firstName } }` }));
  });

  await expect.poll(() => told.length, { timeout: 2_000 }).toBe(count);
  expect(loggedInFlight()).toBe(connections);
  for (const { status, errors } of told) {
    expect(status).toBe(503);
    expect(errors).toEqual([{ path: 'contact', code: 'OVERLOADED', retryable: true, retryAfter: 1 }]);
  }
  const probes = [await get('/livez'), await get('/livez'), await get('/livez')];
  expect(probes).toMatchObject(probes.map(() => ({ status: 200 })));
  expect(Math.min(...probes.map(({ ms }) => ms))).toBeLessThan(50); // of several: the others may have met a busy machine

  await Promise.all(asked);
  const calls = await harness.calls();
  add(`${count} of ${clients}, ${reason}`, told.slice(0, count), {});
  add('the others', told.slice(count), calls);
  // As the first leave, the others may still have the time to be sent.
  expect(new Set(calls['contact'])).toEqual(new Set(['left']));
  expect(calls['contact']?.length).toBeLessThanOrEqual(clients - count);
  await harness.recover(contact, wholeContact);
});

function add(fault: string, told: readonly Told[], calls: Record<string, readonly unknown[]>): void {
  const ms = Math.max(...told.map(({ ms }) => ms));
  table.add('U21', fault, { errors: told.flatMap(({ errors }) => errors), ms }, calls);
}
