// What a client sends appears neither in an answer nor in the log, wherever it stands: in a literal, a variable, a name, a header
// or an address.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { type BothPaths, listenOnBothPaths, paths } from '../documents/support.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { customerSessionEnvironment } from '../support/sessions.ts';

let stack: TestGateway;
let gateway: BothPaths;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 }, env: customerSessionEnvironment() });
  gateway = await listenOnBothPaths(stack.gateway);
});
beforeEach(() => {
  stack.logged.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await stack.close();
});

const canary = `canary${'x'.repeat(60)}`;

/** `authorization: null` sends no access token. */
type Sent = { method?: string; path?: string; headers?: Record<string, string | null>; body?: unknown };

async function send(at: (typeof paths)[number], { method = 'POST', path = '/graphql', headers, body }: Sent) {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {});
  const all = { 'content-type': 'application/json', authorization: 'Bearer known', ...headers };
  const sent = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null);
  const call = request(`${gateway.urls[at]}${path}`, { method, headers: Object.fromEntries(sent), agent: false });
  call.end(method === 'POST' ? text : undefined);
  const [response] = await once(call, 'response');
  let answer = '';
  for await (const chunk of response.setEncoding('utf8')) answer += chunk;
  return { status: response.statusCode as number, headers: response.headers as IncomingHttpHeaders, text: answer };
}

const document = (query: string, others: object = {}): Sent => ({ body: { query, ...others } });
const get = (search: string): Sent => ({
  method: 'GET',
  path: `/graphql?${search}`,
  headers: { 'graphql-require-preflight': '1' },
});
const typed = (type: string, use: string, v: unknown) =>
  document(`query ($v: ${type}) { ${use} }`, { variables: { v } });
const filtered = 'contacts(first: 1, filter: $v) { totalCount }';

const positions: Record<string, Sent> = {
  'an enum literal': document(`{ contacts(first: 1, orderBy: {field: ${canary}}) { totalCount } }`),
  'a string literal': document(`{ contacts(first: "${canary}") { totalCount } }`),
  'a value of a one-of object': document(`{ contact(by: {cid: "${canary}/.."}) { cid } }`),
  'a cursor': document(`{ contacts(first: 1, after: "${canary}") { totalCount } }`),
  'an unknown field': document(`{ ${canary} }`),
  'an unknown argument': document(`{ contacts(${canary}: 1) { totalCount } }`),
  'an unknown field of an input': document(`{ contacts(first: 1, filter: {${canary}: 1}) { totalCount } }`),
  'an alias': document(`{ ${canary}: viewer { scopes } ${canary}: __typename }`),
  'an alias of a field without a selection': document(`{ ${canary}: viewer }`),
  'an operation name': document(`query ${canary} { nothing }`),
  'an operation name twice': document(`query ${canary} { __typename } query ${canary} { __typename }`),
  'an unknown operation name': document('{ __typename }', { operationName: canary }),
  'a fragment name': document(`{ ...${canary} }`),
  'a fragment that is not used': document(`{ __typename } fragment ${canary} on Viewer { scopes }`),
  'a type name': document(`{ ... on ${canary} { id } }`),
  'a type of a variable': document(`query ($v: ${canary}) { __typename }`),
  'a directive': document(`{ __typename @${canary} }`),
  'an argument of a directive': document(`{ __typename @skip(if: true, ${canary}: 1) }`),
  'a name of a variable that is not defined': document(`{ contacts(first: $${canary}) { totalCount } }`),
  'a name of a variable that is not used': document(`query ($${canary}: Int) { __typename }`),
  'a name of a variable of the wrong type': document(
    `query ($${canary}: String) { contacts(first: $${canary}) { totalCount } }`,
  ),
  'a value of a required variable': document(`query ($${canary}: Int!) { contacts(first: $${canary}) { totalCount } }`),
  'a syntax error': document(`{ viewer { scopes } } "${canary}"`),
  'a name after a syntax error': document(`${canary} { viewer }`),
  'a comment': document(`{ # ${canary}`),
  'a text variable in place of a number': typed('Int', 'contacts(first: $v) { totalCount }', canary),
  'an enum variable': typed('ContactOrder', 'contacts(first: 1, orderBy: $v) { totalCount }', { field: canary }),
  'a key of an input variable': typed('ContactFilter', filtered, { [canary]: 1 }),
  'a value of an input variable': typed('ContactFilter', filtered, { phone: canary, email: canary }),
  'a list in place of an object': typed('ContactFilter', filtered, [[canary]]),
  'a parameter of the request': document('{ __typename }', { [canary]: canary }),
  'extensions of another type': document('{ __typename }', { extensions: canary }),
  'variables of another type': document('{ __typename }', { variables: canary }),
  'a query of another type': { body: { query: { [canary]: canary } } },
  'an id of a stored document': { body: { documentId: canary } },
  'a hash of a stored document': { body: { extensions: { persistedQuery: { version: 1, sha256Hash: canary } } } },
  'a batch': { body: [{ query: `{ ${canary} }` }] },
  'JSON that is not complete': { body: `{"query": "${canary}` },
  'JSON with a repeated name': { body: `{"${canary}": 1, "${canary}": 2}` },
  'JSON that is too deep': { body: `{"${canary}": ${'['.repeat(70)}` },
  'a body that is no JSON': { body: canary },
  'a content type': { ...document('{ __typename }'), headers: { 'content-type': `text/${canary}` } },
  'a content coding': { ...document('{ __typename }'), headers: { 'content-encoding': canary } },
  'the accepted media types': { ...document('{ __typename }'), headers: { accept: `text/${canary}` } },
  'an access token': { ...document('{ viewer { scopes } }'), headers: { authorization: `Bearer ${canary} ${canary}` } },
  'a scheme of authorization': { ...document('{ viewer { scopes } }'), headers: { authorization: `${canary} x` } },
  'an organization': { ...document('{ viewer { scopes } }'), headers: { 'x-organization': `${canary}/` } },
  'a request id': { ...document('{ nothing }'), headers: { 'x-request-id': `${canary}.` } },
  'an idempotency key': {
    ...document('mutation { updateContact(input: {id: "x"}) { userErrors { code } } }'),
    headers: { 'idempotency-key': `${canary} `.repeat(10) },
  },
  'an origin': { ...document('{ nothing }'), headers: { origin: `https://${canary}.example` } },
  'a host': { ...document('{ nothing }'), headers: { host: `${canary}/` } },
  'the document of a GET': get(`query={${canary}}`),
  'the variables of a GET': get(`query={__typename}&variables={"${canary}"`),
  'a parameter of a GET': get(`query={__typename}&${canary}=${canary}`),
  'a parameter of a GET twice': get(`query={${canary}}&query={${canary}}`),
  'a GET that a form of another origin can send': { method: 'GET', path: `/graphql?query={${canary}}` },
  'another path': { method: 'GET', path: `/${canary}` },
  'another method': { method: 'PUT', path: `/graphql?${canary}` },
};

describe.each(paths)('on the %s path nothing that a client sends is quoted', (path) => {
  test.each(Object.entries(positions))(`on the ${path} path neither the answer nor the log has %s`, async (_, sent) => {
    const { headers, text } = await send(path, sent);
    expect(text).not.toContain('canary');
    expect(JSON.stringify(headers)).not.toContain('canary');
    // Only the name of an operation that is executed or refused is logged, up to its 64th character.
    const lines = stack.logged.map((line) => JSON.stringify({ ...JSON.parse(line), name: undefined }));
    expect(lines.join('\n')).not.toContain('canary');
  });
});

test('no name of the schema is longer than the names that messages may have', () => {
  const types = Object.values(schema.getTypeMap());
  const names = types.flatMap((type) => [
    type.name,
    ...('getFields' in type
      ? Object.values(type.getFields()).flatMap((field) => [
          field.name,
          ...('args' in field ? field.args.map((arg: { name: string }) => arg.name) : []),
        ])
      : []),
    ...('getValues' in type ? type.getValues().map(({ name }) => name) : []),
  ]);
  expect(names.filter((name) => name.length > 40)).toEqual([]);
});

describe.each(paths)('on the %s path a stranger learns nothing about the schema', (path) => {
  const unknown = {
    'a field that exists': '{ contacts(first: 1) { totalCount } }',
    'a field that does not exist': '{ nothing }',
  };

  test(`on the ${path} path known and unknown fields have the same answer without an access token, by POST, GET and id`, async () => {
    const headers = { authorization: null, 'x-request-id': 'one', 'graphql-require-preflight': '1' };
    const ask = (sent: Sent) => send(path, { ...sent, headers: { ...sent.headers, ...headers } });
    const answers = await Promise.all(
      Object.values(unknown).flatMap((query) => [
        ask(document(query)),
        ask(get(`query=${encodeURIComponent(query)}`)),
        ask(
          document(query, {
            extensions: {
              persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') },
            },
          }),
        ),
      ]),
    );
    const [first] = answers;
    for (const { status, text } of answers) expect([status, text]).toEqual([401, first?.text]);
  });
});
