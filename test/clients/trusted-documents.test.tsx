// The manifests that relay-compiler, the client preset and gql.tada have written make exactly their documents trusted.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { GraphQLClient } from 'graphql-request';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { getFragmentData } from './codegen/__generated__/index.ts';
import { contact as codegenContact, contactName } from './codegen/documents.ts';
import { createEnvironment } from './documented/__generated__/relay.ts';
import { type ClientGateway, startClientGateway } from './gateway.ts';
import { ListPage } from './relay/contact-page.tsx';
import { render } from './relay/render.tsx';
import { persistedContact } from './tada/documents.ts';

const files = [
  'relay/__generated__/persisted.json',
  'codegen/__generated__/persisted-documents.json',
  'tada/__generated__/persisted.json',
].map((file) => join(import.meta.dirname, file));

const documents = files.flatMap((file) => {
  const texts: Record<string, string> = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(texts).map(([id, text]) => {
    const [, type = '', name = ''] = /(query|mutation) (\w+)/.exec(text) ?? [];
    return { id, type, name };
  });
});

let server: ClientGateway;
beforeAll(async () => {
  server = await startClientGateway({ env: { DOCUMENTS_FILE: files.join(','), DOCUMENTS_MODE: 'only' } });
});
afterAll(() => server[Symbol.asyncDispose]());

test('the gateway accepts the three manifests, and has no other documents', async () => {
  expect(await server.gateway.gateway.loadDocuments()).toEqual([]);
  expect(server.gateway.gateway.trustedLoad().documents).toBe(documents.length);
  expect((await server.query('{ viewer { scopes } }')).errors).toMatchObject([
    { extensions: { code: 'DOCUMENT_NOT_TRUSTED' } },
  ]);
});

const id = Buffer.from(`Contact:${demo.contactId}`).toString('base64');
const variables = { id, cid: demo.contactId, by: { cid: demo.contactId }, first: 2, count: 2 };
const ofType = (type: string) => documents.filter((document) => document.type === type);

test.each(ofType('query'))('the query $name is executed by its id, over POST and over GET', async ({ id }) => {
  const answer = { data: expect.anything() };
  expect(await post({ documentId: id, variables })).toEqual(answer);
  expect(await get({ documentId: id, variables: JSON.stringify(variables) })).toEqual(answer);
});

test.each(ofType('mutation'))('the mutation $name is known by its id, and is not executed over GET', async ({ id }) => {
  server.emulator.control.clearLog();
  // Variables are missing, which only the document itself can say.
  const refused = { message: expect.stringMatching(/^Variable .* to be provided/) };
  expect(await post({ documentId: id })).toMatchObject({
    errors: expect.arrayContaining([expect.objectContaining(refused)]),
  });
  expect(await get({ documentId: id })).toMatchObject({ errors: [{ message: expect.stringContaining('POST') }] });
  expect(server.emulator.control.calls()).toEqual([]);
});

test('Relay reads a list and its next page by ids only', async () => {
  server.takeRequests();
  using screen = render(createEnvironment(server.fetch, true), <ListPage first={3} />);
  await expect.poll(() => screen.texts('li')).toHaveLength(3);
  screen.click('Next');
  await expect.poll(() => screen.texts('li')).toHaveLength(6);
  const sent = server.takeRequests().map(({ body }) => Object.keys(JSON.parse(body)));
  expect(sent).toEqual([
    ['doc_id', 'variables'],
    ['doc_id', 'variables'],
  ]);
});

test('graphql-request executes a document of the client preset by its hash, when its middleware sends that only', async () => {
  const client = new GraphQLClient(server.gateway.url, {
    fetch: server.fetch,
    requestMiddleware: (request) => {
      const { variables }: { variables: object } = JSON.parse(String(request.body));
      return { ...request, body: JSON.stringify({ documentId: hashOf(codegenContact), variables }) };
    },
  });
  server.takeRequests();
  const { contact } = await client.request(codegenContact, { by: { cid: demo.contactId } });
  expect(getFragmentData(contactName, contact)).toMatchObject({ firstName: 'Ada' });
  expect(server.takeRequests().map(({ body }) => body)).toEqual([expect.not.stringContaining('firstName')]);
});

test.each([['POST'], ['GET']])(
  "urql sends the id of gql.tada's persisted document with %s, and no text",
  async (method) => {
    const persisted = persistedExchange({
      enforcePersistedQueries: true,
      preferGetForPersistedQueries: method === 'GET' ? 'force' : false,
      generateHash: async (_, document) => String('documentId' in document && document.documentId),
    });
    const client = new Client({
      url: server.gateway.url,
      fetch: server.fetch,
      exchanges: [persisted, fetchExchange],
      fetchOptions: { headers: { 'graphql-require-preflight': 'true' } },
    });
    server.takeRequests();
    const { data, error } = await client.query(persistedContact, { cid: demo.contactId });
    expect(error).toBeUndefined();
    expect(data?.contact).toMatchObject({ firstName: 'Ada' });
    const [request] = server.takeRequests();
    expect(request).toMatchObject({ method });
    const sent = decodeURIComponent(`${request?.target}${request?.body}`);
    expect(sent).toContain('"sha256Hash":"TadaContact"');
    expect(sent).not.toContain('firstName');
  },
);

/** The hash that the client preset has written into a document. */
function hashOf(document: object): unknown {
  return '__meta__' in document && Object(document.__meta__).hash;
}

async function post(body: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  return (await server.fetch(server.gateway.url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

async function get(parameters: Record<string, string>): Promise<unknown> {
  const headers = { 'graphql-require-preflight': 'true' };
  return (await server.fetch(`${server.gateway.url}?${new URLSearchParams(parameters)}`, { headers })).json();
}
