import { hash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';
import { writeManifest } from '../support/manifest.ts';

const contact = 'query Contact($cid: ID!) { contact(by: {cid: $cid}) { firstName } }';
const update = 'mutation Update($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { code } } }';
const sha256 = hash('sha256', contact, 'hex');
const DOCUMENTS_FILE = writeManifest({ contact, update });
const variables = JSON.stringify({ cid: demo.contactId });
const csrf = { 'apollo-require-preflight': 'true' };

let stack: TestGateway;
let jwt: JwtGateway;
let servers: Record<'plain' | 'jwt', HttpServer>;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 }, env: { DOCUMENTS_FILE } });
  jwt = await startJwtGateway({ DOCUMENTS_FILE, DOCUMENTS_MODE: 'only' });
  servers = {
    plain: await startHttpServer(stack.gateway.listener, '127.0.0.1', 0),
    jwt: await startHttpServer(jwt.gateway.listener, '127.0.0.1', 0),
  };
});
beforeEach(() => stack.emulator.control.reset());
afterAll(async () => {
  for (const server of Object.values(servers)) await server.stop(0);
  await Promise.all([stack.close(), jwt.close()]);
});

function get(parameters: Record<string, string>, headers: Record<string, string> = csrf, { url } = servers.plain) {
  return fetch(`${url}/graphql?${new URLSearchParams(parameters)}`, { headers });
}

const byId = { documentId: 'contact', variables };

test.each([
  ['documentId', byId],
  ['doc_id', { doc_id: 'contact', variables }],
  ['id', { id: 'contact', variables }],
  ['persistedQuery', { extensions: JSON.stringify({ persistedQuery: { version: 1, sha256Hash: sha256 } }), variables }],
])(
  'a query is executed by GET with %s, and its answer may be kept and has to be revalidated',
  async (_, parameters) => {
    const response = await get(parameters);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ data: { contact: { firstName: 'Ada' } } });
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    expect(response.headers.get('vary')).toBe('Authorization, X-Organization, Accept');
    expect(response.headers.get('etag')).toMatch(/^W\/"[\w-]{43}"$/);
    expect(response.headers.get('x-request-id')).not.toBeNull();
  },
);

describe('If-None-Match', () => {
  test.each<[string, (etag: string) => string]>([
    ['the tag of the answer', (etag) => etag],
    ['the tag without its weakness', (etag) => etag.replace('W/', '')],
    ['the tag among others', (etag) => `"other", ${etag} , W/"more"`],
    ['*', () => '*'],
  ])('an answer is 304 without a body for %s', async (_, toHeader) => {
    const etag = (await get(byId)).headers.get('etag') ?? '';
    const response = await get(byId, { ...csrf, 'if-none-match': toHeader(etag) });
    expect([response.status, await response.text()]).toEqual([304, '']);
    expect(response.headers.get('etag')).toBe(etag);
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    expect(response.headers.get('content-type')).toBeNull();
    expect(stack.emulator.control.counts()).toMatchObject({ contact: 2 });
  });

  test('an answer is sent again when it has changed, and for another media type', async () => {
    const etag = (await get(byId)).headers.get('etag') ?? '';
    const headers = { ...csrf, 'if-none-match': etag };
    const other = { documentId: 'contact', variables: JSON.stringify({ cid: 'f'.repeat(32) }) };
    expect((await get(other, headers)).status).toBe(200);
    expect((await get(byId, { ...headers, accept: 'application/graphql-response+json' })).status).toBe(200);
  });
});

test('an answer with an error has no ETag and is not kept', async () => {
  stack.emulator.control.fault({ path: '/customers/', kind: 'status', status: 500 });
  const failed = await get(byId);
  const invalid = await get({ documentId: 'contact' });
  for (const response of [failed, invalid]) {
    expect(await response.json()).toHaveProperty('errors');
    expect(response.headers.get('etag')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  }
});

test('an answer to a GET with the text of a document, and one to a POST by id, has no ETag', async () => {
  const post = await fetch(`${servers.plain.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ documentId: 'contact', variables: { cid: demo.contactId } }),
  });
  for (const response of [await get({ query: contact, variables }), post]) {
    expect(response.status).toBe(200);
    expect(response.headers.get('etag')).toBeNull();
    expect(response.headers.get('cache-control')).toBe('private, no-store');
  }
});

test('a mutation by GET with its id is 405, and makes no call', async () => {
  const response = await get({
    documentId: 'update',
    variables: JSON.stringify({ input: { id: 'x', firstName: 'A' } }),
  });
  expect(response.status).toBe(405);
  expect(stack.emulator.control.calls()).toEqual([]);
});

test('a GET by id without a header against CSRF executes nothing, and makes clients send the document', async () => {
  for (const documentId of ['contact', 'unknown']) {
    const response = await get({ documentId, variables }, {});
    expect(await response.json()).toMatchObject({ errors: [{ message: 'PersistedQueryNotSupported' }] });
  }
  expect((await get({ query: contact, variables }, {})).status).toBe(403);
  expect(stack.emulator.control.calls()).toEqual([]);
});

test('a caller without a valid token gets 401 for trusted ids and for all others', async () => {
  const authorization = `Bearer ${await jwt.issuer.token({ organization_id: demo.organizationId, scope: 'customer_read' })}`;
  expect((await get(byId, { ...csrf, authorization }, servers.jwt)).status).toBe(200);
  for (const documentId of ['contact', 'unknown']) {
    for (const headers of [{}, { authorization: 'Bearer no.token.atall' }]) {
      const accept = 'application/graphql-response+json';
      const sent = { ...csrf, accept, ...headers };
      const byGet = await get({ documentId, variables }, sent, servers.jwt);
      const byPost = await fetch(`${servers.jwt.url}/graphql`, {
        method: 'POST',
        headers: { ...sent, 'content-type': 'application/json' },
        body: JSON.stringify({ documentId }),
      });
      expect([byGet.status, byPost.status]).toEqual([401, 401]);
    }
  }
});

test('an id beside a text in a GET is ignored, like any other parameter', async () => {
  expect((await get({ query: '{ __typename }', id: 'unknown' })).status).toBe(200);
});
