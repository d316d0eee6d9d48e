/** What `extensions.explain` and `extensions.explainOnly` answer, over sockets, on both paths. */

import { isObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { costOf, costsNothing } from '../../src/schema/call-cost.ts';
import { schema } from '../../src/schema/index.ts';
import { path } from '../../src/upstream/wire/index.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
let servers: Record<'fast' | 'yoga', HttpServer>;
beforeAll(async () => {
  const env = { SWITCHED_OFF: '', CACHE_CONTACT: '60000/0/0', MAX_UPSTREAM_CALLS: '50' };
  stack = await startGateway({ emulator: { contacts: 40 }, env });
  servers = {
    fast: await startHttpServer(createFastPath(stack.gateway), '127.0.0.1', 0),
    yoga: await startHttpServer(stack.gateway.yogaPath, '127.0.0.1', 0),
  };
  await stack.query('{ contacts(first: 1) { totalCount } }'); // logs in
});
beforeEach(() => stack.emulator.control.reset());
afterAll(async () => {
  for (const server of Object.values(servers)) await server.stop(0);
  await stack.close();
});

let next = 0;
/** The id of a contact that no other test has read. */
const unread = () => stack.emulator.contacts()[next++]?.cid ?? '';
const routes = () => stack.emulator.control.calls().map(({ route }) => route);

type Attempt = { endpoint: string; startedMs: number; ms: number; waitedMs: number; status: unknown; bytes?: number };
type Step = { resource: string; origin: string; paths: string[]; endpoint: string; ms: number; attempts: Attempt[] };
type Explanation = { summary: string; steps: Step[]; plan?: object[]; bytes?: number };
type ExplainedAnswer = { data: unknown; errors?: { message: string }[]; extensions: { explain: Explanation } };

async function post(
  on: keyof typeof servers,
  query: string,
  extensions: object,
  variables: object = {},
): Promise<ExplainedAnswer> {
  const response = await fetch(`${servers[on].url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, extensions, variables }),
  });
  return (await response.json()) as ExplainedAnswer;
}

const contact = (cid: string, fields = 'firstName') => `{ ada: contact(by: {cid: "${cid}"}) { ${fields} } }`;
const removeContact = (cid: string) =>
  `mutation { deleteContact(input: {id: "${Buffer.from(`Contact:${cid}`).toString('base64')}"}) { deletedContactId } }`;

describe.each(['fast', 'yoga'] as const)('on the %s path', (on) => {
  test.each(['first', 'second'])(
    'each call of an operation is explained with its paths, endpoint, times and bytes, the %s time',
    async () => {
      const cid = unread();
      const query =
        'query ($cid: ID!) { ada: contact(by: {cid: $cid}) { x: devices { totalCount } events { totalCount } } }';
      const { extensions } = await post(on, query, { explain: true }, { cid });
      const { summary, steps, bytes } = extensions.explain;
      expect(summary).toBe('3 calls, 0 saved');
      expect(routes().toSorted()).toEqual(['contact', 'devices', 'events']);
      const byResource = new Map(steps.map((step) => [step.resource, step]));
      expect(byResource.get('contact')).toMatchObject({ paths: ['ada'], endpoint: 'GET /v2/customers/{id}' });
      expect(byResource.get('devices')).toMatchObject({ paths: ['ada.x'], endpoint: 'GET /v2/customers/{id}/devices' });
      const attempts = steps.flatMap((step) => step.attempts);
      expect(attempts).toHaveLength(3);
      for (const attempt of attempts) expect(attempt).toMatchObject({ status: '2xx', waitedMs: expect.any(Number) });
      for (const { ms } of attempts) expect(ms).toBeGreaterThan(0);
      expect(bytes).toBe(attempts.reduce((sum, attempt) => sum + (attempt.bytes ?? 0), 0));
      expect(bytes).toBeGreaterThan(100);
      expect(JSON.stringify(extensions)).not.toContain(cid);
    },
  );

  test('a cached read is explained as saved, with its endpoint and without an attempt', async () => {
    const query = contact(unread());
    await post(on, query, {});
    const { extensions } = await post(on, query, { explain: true });
    expect(extensions.explain).toMatchObject({
      summary: '0 calls, 1 saved',
      cost: { requested: 1, actual: 0 },
      bytes: 0,
    });
    expect(extensions.explain.steps).toMatchObject([
      { origin: 'cache', endpoint: 'GET /v2/customers/{id}', paths: ['ada'], attempts: [] },
    ]);
    expect(routes()).toEqual(['contact']);
  });

  test('a call that is retried is explained with each of its attempts', async () => {
    const cid = unread();
    stack.emulator.control.fault({ path: cid, kind: 'status', status: 500, times: 1 });
    const { extensions } = await post(on, contact(cid), { explain: true });
    expect(extensions.explain.summary).toBe('2 calls, 0 saved');
    expect(extensions.explain.steps[0]?.attempts).toMatchObject([
      { status: 500, error: 'UPSTREAM_UNAVAILABLE' },
      { status: '2xx', bytes: expect.any(Number) },
    ]);
  });

  test('reads of two operations that share a call are explained as shared', async () => {
    const cid = unread();
    stack.emulator.control.latency({ pattern: cid, ms: 200 });
    // Two documents, so that the operations share the read and not the whole response.
    const answers = await Promise.all(
      ['firstName', 'lastName'].map((field) => post(on, contact(cid, field), { explain: true })),
    );
    const origins = answers.map(({ extensions }) => extensions.explain.steps[0]?.origin);
    expect(origins.toSorted()).toEqual(['shared', 'upstream']);
    expect(routes()).toEqual(['contact']);
  });

  test('a read is explained with the fields that need its endpoint for their arguments', async () => {
    const query =
      '{ contacts(first: 2, orderBy: null) { nodes { language } } found: contact(by: {username: "absent"}) { cid } }';
    const { extensions } = await post(on, query, { explain: true });
    const paths = extensions.explain.steps.map(({ resource, paths }) => [resource, ...paths]);
    expect(paths.toSorted()).toEqual([
      ['contact', 'contacts.nodes.language'],
      ['contact', 'contacts.nodes.language'],
      ['contacts', 'contacts', 'found'],
      ['search', 'contacts', 'found'],
    ]);
  });

  test.each(['first', 'second'])('explainOnly answers the plan and its cost without a call, the %s time', async () => {
    const query = '{ contacts(first: 7) { nodes { devices { totalCount } again: devices { totalCount } } } }';
    const { data, errors, extensions } = await post(on, query, { explainOnly: true });
    expect([data, errors]).toEqual([{}, undefined]);
    const devices = { field: 'Contact.devices', endpoints: ['GET /v2/customers/{id}/devices'] };
    expect(extensions.explain).toEqual({
      summary: 'Up to 8 calls, none made',
      ...{ requests: 0, saved: 0, cost: { requested: 8, actual: 0 }, steps: [] },
      plan: [
        {
          ...{ path: 'contacts', field: 'Query.contacts', calls: 1 },
          endpoints: ['GET /v2/customers/organizations/{id}'],
        },
        { path: 'contacts.nodes.devices', calls: 7, ...devices },
        { path: 'contacts.nodes.again', calls: 0, ...devices },
      ],
    });
    expect(routes()).toEqual([]);
  });

  test('explainOnly plans an operation that costs more than allowed', async () => {
    const { extensions } = await post(on, '{ contacts(first: 60) { nodes { devices { totalCount } } } }', {
      explainOnly: true,
    });
    expect(extensions.explain).toMatchObject({ cost: { requested: 61 } });
  });

  test.each([true, 'true', 1, {}])('a mutation with explainOnly: %j is not executed', async (explainOnly) => {
    const cid = stack.emulator.contacts().at(-1)?.cid ?? '';
    const { errors, extensions } = await post(on, removeContact(cid), { explainOnly });
    if (explainOnly === true) expect(extensions.explain).toMatchObject({ summary: 'Up to 1 call, none made' });
    else expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(routes()).toEqual([]);
    expect(stack.emulator.contacts().at(-1)?.cid).toBe(cid);
  });
});

test('where EXPLAIN is off, a mutation with explainOnly is refused instead of executed', async () => {
  const { query: _, ...production } = await startGateway({ emulator: { contacts: 5 }, env: { EXPLAIN: 'false' } });
  const cid = production.emulator.contacts()[0]?.cid ?? '';
  const response = await production.gateway.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: removeContact(cid), extensions: { explainOnly: true, explain: true } }),
  });
  expect(await response.json()).toMatchObject({
    errors: [{ message: expect.stringMatching(/^Nothing was executed/), extensions: { code: 'BAD_USER_INPUT' } }],
  });
  expect(production.emulator.control.calls()).toEqual([]);
  await production.close();
});

test('each field that costs calls declares endpoints of the wire contract', () => {
  for (const type of Object.values(schema.getTypeMap())) {
    for (const field of isObjectType(type) ? Object.values(type.getFields()) : []) {
      const cost = costOf(field);
      if (cost === undefined || cost === costsNothing.cost) continue;
      expect(cost.endpoints, `${type.name}.${field.name}`).not.toEqual([]);
      expect(Object.keys(path), `${type.name}.${field.name}`).toEqual(expect.arrayContaining([...cost.endpoints]));
    }
  }
});
