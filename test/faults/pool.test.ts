import { afterEach, expect, test } from 'vitest';
import { createTable } from './support/fault-table.ts';
import { type ClientResponse, type Harness, startHarness } from './support/harness.ts';
import { contact, wholeContact } from './support/operations.ts';

const table = createTable('More calls than connections and queue places (U21)');

let harness: Harness;
afterEach(() => harness.close());

const connections = 2;
const clients = 30;

test.each([
  [
    'the half of the queue for one caller is full',
    { QUEUE_MAX: '8', QUEUE_WAIT_MS: '60000' },
    clients - connections - 4,
  ],
  ['they have waited for the longest queue time', { QUEUE_MAX: '1000', QUEUE_WAIT_MS: '100' }, clients - connections],
])(
  'U21: calls are refused with OVERLOADED because %s, and health checks are answered meanwhile',
  async (reason, queue, count) => {
    // An attempt may take as long as the operation, so that a call keeps its connection.
    harness = await startHarness({
      env: {
        UPSTREAM_CONNECTIONS: String(connections),
        TRY_TIMEOUT_MS: '60000',
        OPERATION_DEADLINE_MS: '2000',
        ...queue,
      },
    });
    const { emulator, query, get } = harness;
    const { loggedInFlight } = emulator.control;
    harness.fault({ path: '/customers/', kind: 'hang', times: Number.POSITIVE_INFINITY });
    const cids = emulator.contacts().map(({ cid }) => cid);
    const responses: ClientResponse[] = [];
    const requests = cids.slice(0, clients).map(async (cid) => {
      responses.push(await query({ query: `{ contact(by: {cid: "${cid}"}) { firstName } }` }));
    });

    await expect.poll(() => responses.length, { timeout: 2_000 }).toBe(count);
    expect(loggedInFlight()).toBe(connections);
    for (const { status, errors } of responses) {
      expect(status).toBe(503);
      expect(errors).toEqual([{ path: 'contact', code: 'OVERLOADED', retryable: true, retryAfter: 1 }]);
    }
    const probes = [await get('/livez'), await get('/livez'), await get('/livez')];
    expect(probes).toMatchObject(probes.map(() => ({ status: 200 })));
    expect(Math.min(...probes.map(({ ms }) => ms))).toBeLessThan(50); // The fastest of several counts, because a busy machine may delay the others.

    await Promise.all(requests);
    const calls = await harness.calls();
    add(`${count} of ${clients}, ${reason}`, responses.slice(0, count), {});
    add('the others', responses.slice(count), calls);
    // When the first calls end at their deadline, queued calls may still be sent.
    expect(new Set(calls['contact'])).toEqual(new Set(['left']));
    expect(calls['contact']?.length).toBeLessThanOrEqual(clients - count);
    await harness.recover(contact, wholeContact);
  },
);

function add(fault: string, responses: readonly ClientResponse[], calls: Record<string, readonly unknown[]>): void {
  const ms = Math.max(...responses.map(({ ms }) => ms));
  table.add('U21', fault, { errors: responses.flatMap(({ errors }) => errors), ms }, calls);
}
