import { hash } from 'node:crypto';
import { parse } from 'graphql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { writeManifest } from '../support/manifest.ts';
import { customerSessionEnvironment } from '../support/sessions.ts';
import { type BothPaths, type GraphqlCalls, listenOnBothPaths, paths, watchGraphql } from './support.ts';

const contact = 'query Contact($cid: ID!) { contact(by: {cid: $cid}) { firstName } }';
const scopes = 'query Scopes { viewer { scopes } }';
const update =
  'mutation Update($input: UpdateContactInput!) { updateContact(input: $input) { userErrors { code field } } }';
const untrusted = 'query Untrusted { viewer { organizationId: __typename } }';
const variables = { cid: demo.contactId };
const sha256 = (text: string) => hash('sha256', text, 'hex');

const manifest = writeManifest({ contact, scopes, update, [sha256(scopes).slice(0, 40)]: scopes });

let only: TestGateway;
let log: TestGateway;
let servers: { only: BothPaths; log: BothPaths };
let graphql: GraphqlCalls;
beforeAll(async () => {
  const env = { DOCUMENTS_FILE: manifest };
  only = await startGateway({ emulator: { contacts: 10 }, env: { ...env, DOCUMENTS_MODE: 'only' } });
  log = await startGateway({ emulator: { contacts: 10 }, env });
  servers = { only: await listenOnBothPaths(only.gateway), log: await listenOnBothPaths(log.gateway) };
  graphql = watchGraphql();
});
beforeEach(() => {
  for (const { emulator, logged } of [only, log]) {
    emulator.control.reset();
    logged.length = 0;
  }
  graphql.reset();
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  graphql.stop();
  for (const server of Object.values(servers)) await server.stop();
  await Promise.all([only.close(), log.close()]);
});

describe.each(paths)('on the %s path', (path) => {
  test.each([
    ['documentId of GraphQL over HTTP', { documentId: 'contact' }],
    ['documentId with the SHA-256 of the text', { documentId: `sha256:${sha256(contact)}` }],
    ['doc_id of Relay', { doc_id: 'contact' }],
    ['docId of Relay', { docId: 'contact' }],
    ['queryId of Relay', { queryId: 'contact' }],
    ['id of Relay', { id: 'contact', query: null }],
    ['hash of Apollo Client', { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(contact) } } }],
    ['hash that is the id of the manifest', { extensions: { persistedQuery: { version: 1, sha256Hash: 'contact' } } }],
  ])('a trusted document is executed by the %s, and is neither parsed nor validated', async (_, reference) => {
    for (const _ of [1, 2]) {
      const { status, data } = await servers.only.post(path, { ...reference, variables });
      expect([status, data]).toEqual([200, { contact: { firstName: 'Ada' } }]);
    }
    expect(graphql.counts).toMatchObject({ parse: 0, validate: 0 });
    expect(only.emulator.control.counts()).toMatchObject({ contact: 2 });
  });

  test('a mutation is executed by its id, and the variables and the operation name belong to it', async () => {
    const params = { documentId: 'update', variables: { input: { id: 'x' } }, operationName: 'Update' };
    const { data } = await servers.only.post(path, params);
    expect(data.updateContact.userErrors).toContainEqual({ code: 'FORMAT', field: ['input', 'id'] });
    const { errors } = await servers.only.post(path, { ...params, operationName: 'Other' });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('an unknown id is not found and is not quoted, and nothing is requested from the upstream', async () => {
    for (const id of ['canary', `sha256:${'c'.repeat(64)}`, 7, {}, '__proto__']) {
      for (const server of [servers.only, servers.log]) {
        const { status, errors, text } = await server.post(path, { documentId: id });
        expect([status, errors]).toMatchObject([
          400,
          [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
        ]);
        expect(text).not.toContain('canary');
      }
    }
    expect(only.emulator.control.calls()).toEqual([]);
  });

  test('where only trusted documents are executed, their texts are, and any other text is refused before it is parsed', async () => {
    expect(await servers.only.post(path, { query: contact, variables })).toMatchObject({ status: 200 });
    for (const query of [untrusted, `${contact} `, '{', '', '{ __schema { types { name } } }']) {
      for (const _ of [1, 2]) {
        const { status, errors, data } = await servers.only.post(path, { query, variables });
        expect([status, data]).toEqual([400, null]);
        expect(errors).toMatchObject([{ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } }]);
      }
    }
    expect(graphql.counts).toMatchObject({ parse: 0 });
    expect(only.emulator.control.calls()).toHaveLength(1);
  });

  test('where untrusted documents are logged, each of their operations has a mark in the log, and no trusted one', async () => {
    const sent = [
      { query: untrusted },
      { documentId: 'scopes' },
      { query: untrusted },
      { query: scopes },
      { query: '{' },
    ];
    for (const params of sent) await servers.log.post(path, params);
    const lines = log.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'operation');
    expect(lines.map(({ name, untrusted }) => [name, untrusted])).toEqual([
      ['Untrusted', true],
      ['Scopes', undefined],
      ['Untrusted', true],
      ['Scopes', undefined],
      [undefined, undefined],
    ]);
  });

  test.each([
    ['an unknown parameter', { documentId: 'scopes', canary: 1 }],
    ['variables that are a list', { documentId: 'scopes', variables: [] }],
    ['a text beside the id', { documentId: 'scopes', query: scopes }],
  ])('a request by id with %s is refused', async (_, params) => {
    const { status, errors } = await servers.only.post(path, params);
    expect(status).toBe(400);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

test('where only trusted documents are executed, a document that was executed until a reload is not found again', async () => {
  // As an operation does that began before the reload and is executed after it.
  only.gateway.documents.keep(untrusted, parse(untrusted));
  for (const path of paths) {
    const { errors } = await servers.only.post(path, { query: untrusted });
    expect(errors).toMatchObject([{ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } }]);
  }
});

test('where only trusted documents are executed, an anonymous caller gets 401 for all documents that are not open to it', async () => {
  const env = { ...customerSessionEnvironment(), DOCUMENTS_FILE: manifest, DOCUMENTS_MODE: 'only' };
  const stack = await startGateway({ emulator: { contacts: 10 }, env });
  const server = await listenOnBothPaths(stack.gateway);
  const sent = [
    ...[{ documentId: 'contact', variables }, { documentId: 'unknown' }, { query: contact, variables }],
    ...[{ query: untrusted }, { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(untrusted) } } }],
  ];
  const answers: string[] = [];
  for (const path of paths) {
    for (const params of sent) {
      const { status, text } = await server.post(path, params, { 'x-request-id': 'one' });
      answers.push(`${status} ${text}`);
    }
  }
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toMatch(/^401 .*UNAUTHENTICATED/);
  expect(stack.emulator.control.calls()).toEqual([]);
  await server.stop();
  await stack.close();
});

test("a trusted document is executed on the fast path without Yoga's hooks, at its first execution", async () => {
  const hooks = vi.spyOn(only.gateway, 'getResultForParams');
  for (const params of [
    { documentId: 'contact', variables },
    { query: contact, variables },
  ]) {
    expect(await servers.only.post('fast', params)).toMatchObject({ status: 200 });
  }
  expect(hooks).not.toHaveBeenCalled();
});

test('trusted documents are not displaced by other documents, and count in the memory of documents', async () => {
  const before = log.gateway.documents.load();
  expect(before.documents).toBeGreaterThanOrEqual(3);
  for (let index = 0; index < 1_100; index += 1) await log.query(`{ viewer { a${index}: scopes } }`);
  graphql.reset();
  const { status } = await servers.log.post('fast', { documentId: 'update', variables: { input: { id: 'x' } } });
  expect(status).toBe(200);
  expect(graphql.counts).toMatchObject({ parse: 0, validate: 0 });
  expect(log.gateway.documents.load().documents).toBeLessThanOrEqual(1_000 + before.documents);
});
