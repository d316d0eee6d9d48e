import { type GraphQLObjectType, getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { createFastPath } from '../../src/http/fast-path.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { readExamples } from '../../src/plugins/graphiql/examples.ts';
import { schema } from '../../src/schema/index.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { expectTooExpensive, get, onAllPaths, post, type Response } from './support/all-paths.ts';

const deadlineMs = 2_000;

let stack: TestGateway;
/** A gateway with a small limit on bytes. */
let narrow: TestGateway;
let server: HttpServer;
let narrowServer: HttpServer;
beforeAll(async () => {
  stack = await startGateway({
    emulator: { contacts: 1_500 },
    env: { MAX_PAGE_SIZE: '1000', OPERATION_DEADLINE_MS: '20000' },
  });
  narrow = await startGateway({
    emulator: { contacts: 500 },
    env: { MAX_RESPONSE_BYTES: '65536', OPERATION_DEADLINE_MS: String(deadlineMs) },
  });
  server = await startHttpServer(createFastPath(stack.gateway), '127.0.0.1', 0);
  narrowServer = await startHttpServer(createFastPath(narrow.gateway), '127.0.0.1', 0);
  for (const { query } of [stack, narrow]) await query('{ contacts(first: 1) { totalCount } }'); // logs in
});
beforeEach(() => {
  stack.emulator.control.reset();
  narrow.emulator.control.reset();
});
afterAll(async () => {
  await Promise.all([server.stop(0), narrowServer.stop(0)]);
  await Promise.all([stack.close(), narrow.close()]);
});

test('an invalid condition of a directive is an error of its field, and the other fields are answered', async () => {
  const query = 'query ($maybe: Boolean = true) { viewer { scopes } organization { cid @skip(if: $maybe) } }';
  for (const { status, body } of await onAllPaths(server, query, { maybe: null })) {
    expect(status).toBe(200);
    expect(body).toMatchObject({
      data: { viewer: { scopes: expect.any(Array) } },
      errors: [{ path: ['organization'] }],
    });
  }
});

const aliases = (count: number, field: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => field(index)).join(' ');

/** Aliases on each of four levels: of the contact, its devices, their rows and the fields of a row. */
const aliasBomb = (
  count: number,
) => `{ ${aliases(count, (n) => `a${n}: contact(by: {cid: "${demo.contactId}"}) { ...A }`)} }
  fragment A on Contact { ${aliases(count, (n) => `b${n}: devices { ...B }`)} }
  fragment B on DeviceConnection { ${aliases(count, (n) => `c${n}: nodes { ...C }`)} }
  fragment C on Device { ${aliases(count, (n) => `d${n}: os`)} }`;

const introspectionBomb = `{ __schema { types { ${aliases(9, (n) => `a${n}: fields { ...F }`)} } } }
  fragment F on __Field { ${aliases(9, (n) => `b${n}: type { ...G }`)} }
  fragment G on __Type { ${aliases(9, (n) => `c${n}: fields { name }`)} }`;

describe('an operation whose answer could have more fields than allowed is refused without an upstream call', () => {
  test.each([
    ['40 aliases on each of four levels', aliasBomb(40), {}],
    ['aliases of introspection in a small document', introspectionBomb, {}],
    [
      'a page size in a variable',
      `query ($first: Int!) { contacts(first: $first) { nodes { ${aliases(490, (n) => `c${n}: cid`)} } edges { cursor node { id cid email phone username firstName lastName gender country zipCode } } } }`,
      { first: 1_000 },
    ],
    [
      'the default of a page size in a variable',
      `query ($first: Int = 1000) { contacts(first: $first) { nodes { ${aliases(490, (n) => `c${n}: cid`)} } edges { cursor node { id cid email phone username firstName lastName gender country zipCode } } } }`,
      {},
    ],
    [
      'ids in a variable',
      `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Contact { ${aliases(300, (n) => `c${n}: events { nodes { eventId } }`)} } } }`,
      { ids: Array.from({ length: 100 }, () => btoa(`Contact:${demo.contactId}`)) },
    ],
    [
      'fragments that double the fields on every level',
      `{ contacts(first: 1000) { nodes { devices { edges { node { ...F } } } } } } fragment F on Device { ${aliases(30, (n) => `m${n}: macAddress`)} }`,
      {},
    ],
    [
      'a field that is included by a variable',
      `query ($yes: Boolean!) { contacts(first: 1000) { nodes { cid events(first: 1000) @include(if: $yes) { nodes { eventId } } } } }`,
      { yes: true },
    ],
    [
      'rows of a bulk mutation',
      `mutation ($inputs: [UpdateContactInput!]!) { updateContacts(inputs: $inputs) { results { contact { ${aliases(100, (n) => `e${n}: events { nodes { eventId } }`)} } } } }`,
      { inputs: Array.from({ length: 100 }, () => ({ id: btoa(`Contact:${demo.contactId}`), firstName: 'Ada' })) },
    ],
  ])('an operation is refused without an upstream call for %s', async (_, query, variables) => {
    const isQuery = !query.startsWith('mutation');
    const [first, ...others] = isQuery
      ? await onAllPaths(server, query, variables)
      : [await post(server, query, variables), await post(server, query, variables)];
    expectTooExpensive([first as Response, ...others]);
    expect(stack.emulator.control.calls()).toEqual([]);
  });

  test('the refused introspection has fewer characters than a document that exhausted the memory of a process', () => {
    expect(introspectionBomb.length).toBeLessThan(614);
  });

  test('a refused document is answered with other variables', async () => {
    const query = `query ($first: Int!, $yes: Boolean!) {
      contacts(first: $first) { nodes { cid events(first: 1000) @include(if: $yes) { nodes { eventId } } } } }`;
    expect(await post(server, query, { first: 2, yes: false })).toMatchObject({ status: 200 });
    expectTooExpensive([await post(server, query, { first: 1_000, yes: true })]);
    expect(await post(server, query, { first: 2, yes: true })).toMatchObject({ status: 200 });
  });
});

describe('an operation of usual size is answered', () => {
  test('the introspection of GraphiQL is answered', async () => {
    const query = getIntrospectionQuery({ inputValueDeprecation: true, schemaDescription: true, oneOf: true });
    for (const { status, body } of await onAllPaths(server, query)) {
      expect(status).toBe(200);
      expect(body).not.toHaveProperty('errors');
    }
  });

  test.each(readExamples().map(({ name, query }) => [name, query]))('the example %s is answered', async (_, query) => {
    expect(await post(server, query)).toMatchObject({ status: 200, body: { data: expect.anything() } });
  });

  test('the largest page of contacts with all fields of the list is answered', async () => {
    const { Contact } = schema.getTypeMap();
    const fields = Object.values((Contact as GraphQLObjectType).getFields());
    const plain = fields.filter(({ extensions, args }) => 'pothosExposedField' in extensions && args.length === 0);
    const below: Record<string, string> = {
      externalIds: '{ extId extProp1 extProp2 }',
      metrics:
        '{ totalVisits visitedLocations monthlyVisits averageVisitLength lastVisitAt lastVisitVenue topLocation }',
      policies: '{ key accepted }',
      segments: '{ cid name }',
    };
    const selection = plain.map(({ name }) => `${name} ${below[name] ?? ''}`).join(' ');
    const { data } = await stack.query(`{ contacts(first: 1000) { nodes { id ${selection} } } }`);
    expect(data.contacts.nodes).toHaveLength(1_000);
  });
});

test('an operation whose deadline passes while its rows are completed is ended', { timeout: 60_000 }, async () => {
  const { id } = (schema.getType('Contact') as GraphQLObjectType).getFields();
  if (id === undefined) throw new Error('The schema has no field Contact.id.');
  const { resolve } = id;
  onTestFinished(() => void Object.assign(id, { resolve }));
  let completed = 0;
  id.resolve = (...args) => {
    completed += 1;
    // Blocks the event loop, so that no timer fires before the operation is complete.
    if (completed === 100) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, deadlineMs + 100);
    return resolve?.(...args);
  };
  const query = `{ contacts(first: 500) { nodes { id ${aliases(50, (n) => `f${n}: firstName`)} } } }`;
  for (const send of [post, post, get]) {
    completed = 0;
    const { status, body } = await send(narrowServer, query);
    expect(body.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_TIMEOUT' } }]);
    expect(Object.keys(body)).toEqual(['errors']);
    expect(status).toBe(504);
    expect(completed).toBeLessThan(200);
  }
});

describe('an answer with more bytes than allowed', () => {
  const long = `{ contacts(first: 400) { nodes { cid email username firstName lastName locationName createdAt } } }`;

  test('an answer with more bytes than allowed is refused as a whole', async () => {
    expectTooExpensive(await onAllPaths(narrowServer, long));
  });

  test('the same answer is sent when more bytes are allowed', async () => {
    const { status, body } = await post(server, long);
    expect(status).toBe(200);
    expect(JSON.stringify(body.data).length).toBeGreaterThan(65_536);
  });

  test('the error for too many bytes of a mutation says that the mutation was executed', async () => {
    const input = `{id: "${btoa(`Contact:${demo.contactId}`)}", firstName: "Augusta", lastName: "${'x'.repeat(250)}"}`;
    const query = `mutation { updateContact(input: ${input}) { contact { ${aliases(400, (n) => `c${n}: lastName`)} } } }`;
    const { body } = await post(narrowServer, query);
    expect(body.errors).toMatchObject([
      { message: expect.stringMatching(/was executed/), extensions: { code: 'QUERY_TOO_EXPENSIVE' } },
    ]);
    expect((await narrow.query(`{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`)).data.contact).toEqual({
      firstName: 'Augusta',
    });
  });
});
