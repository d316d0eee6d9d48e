import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { ambiguousJson, notUtf8Json } from '../../support/json-bytes.ts';
import { type ClientRequest, type Edge, type Refusal, startEdge } from './support/edge.ts';
import { accelerators, execute, invalid, type RefusedRequest, tooLarge } from './support/refusals.ts';

const typename = '{ __typename }';
const byCid = 'query ($id: ID!) { contact(by: {cid: $id}) { cid } }';
const operation = JSON.stringify({ query: typename });
const batch = (count: number) => ({ body: `[${Array(count).fill(operation).join(',')}]` });
const deepVariable = `{"query":"${byCid}","variables":{"id":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`;
const get = (query: string, headers: Record<string, string> = { 'graphql-require-preflight': '1' }): ClientRequest => ({
  ...{ method: 'GET', headers },
  path: `/graphql?query=${encodeURIComponent(query)}`,
});
const typed = (type: string, body: string = operation): ClientRequest => ({ headers: { 'content-type': type }, body });

const refusedWith = (status: number, code?: string): Refusal => ({
  status: [status],
  codes: code === undefined ? [] : [code],
});
const unsupported = refusedWith(415, 'BAD_USER_INPUT');
const deletion = `mutation { deleteContact(input: {id: "${btoa(`Contact:${demo.contactId}`)}"}) { userErrors { code } } }`;

const refused: RefusedRequest[] = [
  ['C1', 'a variable of 50,000 levels', { body: deepVariable }, tooLarge],
  ['C3', 'a batch of two operations', batch(2), invalid],
  ['C3', 'a batch of 10,000 operations', batch(10_000), invalid],
  ['C7', 'a document of 15,001 characters', execute(typename.padEnd(15_001, '#')), tooLarge],
  ['C7', 'a document of 900,000 characters', execute(typename.padEnd(900_000, '#')), tooLarge],
  ['C7', 'variables of 2 MB', execute(byCid, { id: 'x'.repeat(2_000_000) }), tooLarge],
  ['C7', 'headers of 20 kB', { headers: { 'x-canary': 'x'.repeat(20_000) }, body: operation }, refusedWith(431)],
  ['C7', 'a target of 20 kB', get(typename.padEnd(20_000, '#')), refusedWith(414)],
  ...ambiguousJson
    .slice(0, 5)
    .map((body): RefusedRequest => ['C9', `JSON with a repeated name: ${body.slice(1, 40)}…`, { body }, invalid]),
  ['C9', 'a lone surrogate as a variable', { body: `{"query":"${byCid}","variables":{"id":"\\ud800"}}` }, invalid],
  [
    'C9',
    'a NUL as an id',
    { body: `{"query":"${byCid}","variables":{"id":"\\u0000"}}` },
    { ...invalid, status: [200] },
  ],
  ['C9', 'charset=utf-16', typed('application/json; charset=utf-16'), unsupported],
  ...notUtf8Json.map(([name, body]): RefusedRequest => ['C9', name, { body }, invalid]),
  ...['{"query":"canary', 'null', '[]', '""', '{"query":1}', '{"query":null}', '{}', '"canary"', '', 'canary'].map(
    (body): RefusedRequest => ['C10', `the body ${body}`, { body }, invalid],
  ),
  ['C18', '__schema', execute('{ __schema { queryType { name } } }'), invalid],
  ['C18', '__type with a literal', execute('{ __type(name: "Contact") { name } }'), invalid],
  [
    'C18',
    '__type with a variable',
    execute('query ($n: String!) { __type(name: $n) { name } }', { n: 'canary' }),
    invalid,
  ],
  [
    'C18',
    '__schema in a fragment',
    execute('{ ...A } fragment A on Query { a: __schema { types { name } } }'),
    invalid,
  ],
  ['C19', 'a mutation over GET', get(deletion), { status: [405], codes: ['BAD_USER_INPUT'] }],
  ['C19', 'a query over GET without the header', get(typename, {}), refusedWith(403, 'FORBIDDEN')],
  ['C19', 'text/plain', typed('text/plain'), unsupported],
  ['C19', 'a form', typed('application/x-www-form-urlencoded', `query=${typename}`), unsupported],
  ['C19', 'multipart/form-data', typed('multipart/form-data; boundary=canary', '--canary--'), unsupported],
  ['C19', 'a PUT', { method: 'PUT', body: operation }, refusedWith(405)],
  ['C21', 'no token', { headers: { authorization: '' }, body: operation }, refusedWith(401, 'UNAUTHENTICATED')],
  [
    'C21',
    'a token that is no JWT',
    { headers: { authorization: 'Bearer canary' }, body: operation },
    refusedWith(401, 'UNAUTHENTICATED'),
  ],
];

describe.each(accelerators)('a gateway in production with ACCELERATORS=%s', (setting) => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge({ ACCELERATORS: setting });
  });
  afterAll(() => edge.close());

  test.for(refused)('%s: %s is refused', async ([row, sent, request, refusal], context) => {
    await edge.expectRefusal(context, row, sent, request, refusal);
  });

  test.for([2 ** 31 - 1, -1, 0, 1_001])(
    'C6: a page of %i rows is an error without an upstream call',
    (first, context) => {
      const query = 'query ($first: Int) { contacts(first: $first) { totalCount } }';
      const refusal = { status: [200, 400], codes: ['BAD_USER_INPUT'] };
      return edge.expectRefusal(context, 'C6', `first: ${first}`, execute(query, { first }), refusal);
    },
  );

  test('C6: a page has 20 rows without a number', async () => {
    const { text } = await edge.post({ query: '{ contacts { nodes { cid } } }' });
    expect(JSON.parse(text).data.contacts.nodes).toHaveLength(20);
  });

  test.for(['a'.repeat(65), 'a b', 'é', '../canary', ''])('C12: the request id %j is replaced', async (id) => {
    const { status, headers } = await edge.send({ headers: { 'x-request-id': id }, body: operation });
    expect({ status, id: headers['x-request-id'] }).toEqual({ status: 200, id: expect.stringMatching(/^[\w-]{36}$/) });
  });

  test('C18: __typename works, and the page for browsers has no script and names no field', async () => {
    expect((await edge.post({ query: typename })).text).toBe('{"data":{"__typename":"Query"}}');
    const page = await edge.send({ method: 'GET', headers: { accept: 'text/html' } });
    expect(page.text).not.toMatch(/<script|<link|\bcontacts?\b/i);
  });

  test('C19: no response allows another origin to read it', async () => {
    for (const method of ['POST', 'OPTIONS', 'GET']) {
      const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' };
      const response = await edge.send({ method, headers, body: method === 'POST' ? operation : '' });
      expect(response.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test('C27: names of prototype members in variables and extensions do not change any object', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const polluted = `{"${name}":{"polluted":true}}`;
      await edge.send({ body: `{"query":"${typename}","variables":${polluted},"extensions":${polluted}}` });
    }
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    await edge.expectAlive();
  });
});
