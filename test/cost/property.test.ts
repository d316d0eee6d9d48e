import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge, sharedValues } from '../../emulator/edge-cases.ts';
import { schema } from '../../src/schema/index.ts';
import { documents } from '../support/documents.ts';
import { postBody, startGateway, type TestGateway } from '../support/gateway.ts';
import { exactDocuments } from './exact-documents.ts';

const seed = Number(process.env['COST_SEED'] ?? 18);
const runs = Number(process.env['COST_RUNS'] ?? 300);

let stack: TestGateway;
let contacts: readonly { cid: string; cursor: string }[];
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 60 }, env: { MAX_UPSTREAM_CALLS: '100000' } });
  const { data } = await stack.query('{ contacts(first: 60) { edges { cursor node { cid } } } }');
  contacts = data.contacts.edges.map(({ cursor, node }: { cursor: string; node: { cid: string } }) => ({
    cursor,
    cid: node.cid,
  }));
});
afterAll(() => stack.close());

/** Executes a query, and returns its cost and the number of calls that have reached the upstream. */
async function costOf(query: string, variables: object = {}) {
  stack.emulator.control.clearLog();
  const { text } = await postBody(stack.gateway, JSON.stringify({ query, variables, extensions: { cost: true } }));
  const { data, errors = [], extensions } = JSON.parse(text);
  return { data, errors, cost: extensions?.cost, calls: stack.emulator.control.calls().length };
}

test('a query makes exactly the calls that it asks for where lists are full and the contacts exist', async () => {
  const tally = { calls: 0, largest: 0 };
  const property = fc.asyncProperty(exactDocuments(contacts.slice(20).map(({ cid }) => cid)), async (query) => {
    const { cost, calls, data, errors } = await costOf(query);
    expect(data, `${query} ${JSON.stringify(errors)}`).toBeTruthy();
    expect(cost, query).toMatchObject({ requested: calls, actual: calls });
    tally.calls += calls;
    tally.largest = Math.max(tally.largest, calls);
  });
  await fc.assert(property, { seed, numRuns: runs });
  expect(tally.calls).toBeGreaterThan(5 * runs);
  expect(tally.largest).toBeGreaterThan(60);
}, 120_000);

test('no query of the whole schema makes more calls than it asks for', async () => {
  const tally = { calls: 0, executed: 0 };
  function scalar(type: string, name: string): readonly unknown[] {
    const cids = [...contacts.slice(0, 6).map(({ cid }) => cid), demo.contactId, ...Object.values(edge), 'absent'];
    if (name === 'cid') return cids;
    if (name === 'id' || name === 'ids')
      return [...cids.map((cid) => btoa(`Contact:${cid}`)), btoa(`Organization:${demo.organizationId}`), 'no id'];
    if (name === 'after' || name === 'before') return [contacts[3]?.cursor, contacts[30]?.cursor, 'cursor'];
    const values: Record<string, readonly unknown[]> = {
      Int: [1, 2, 3, 4, 5, 20, 0, 5_000],
      Boolean: [true, false],
      DateTime: ['2022-07-21T18:41:09.000Z', '2024-02-29T00:00:00+02:00'],
      EmailAddress: [sharedValues.email, 'absent@example.org'],
      PhoneNumber: [sharedValues.phone, '+14155552671'],
      ID: [demo.locationId],
      String: [sharedValues.extId, sharedValues.username, 'ios', 'com.example.app'],
    };
    return values[type] ?? ['a text'];
  }
  const property = fc.asyncProperty(documents(schema, { scalar, roots: 3, depth: 5 }), async ({ query, variables }) => {
    const { cost, calls } = await costOf(query, variables);
    if (cost === undefined) return; // refused before its execution
    expect(cost.actual, query).toBe(calls);
    expect(cost.requested, `${query} ${JSON.stringify(variables)}`).toBeGreaterThanOrEqual(calls);
    tally.calls += calls;
    tally.executed += 1;
  });
  await fc.assert(property, { seed, numRuns: runs });
  expect(tally.executed).toBeGreaterThan(runs / 2);
  expect(tally.calls).toBeGreaterThan(runs);
}, 120_000);
