// Automatic persisted queries as Apollo Client and urql use them: the hash alone, then the document with its hash.
import { hash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';
import { customerSessionEnvironment } from '../support/sessions.ts';
import { type BothPaths, type GraphqlCalls, listenOnBothPaths, paths, watchGraphql } from './support.ts';

let stack: TestGateway;
let jwt: JwtGateway;
let anonymous: TestGateway;
let servers: Record<'plain' | 'jwt' | 'anonymous', BothPaths>;
let graphql: GraphqlCalls;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 } });
  jwt = await startJwtGateway();
  anonymous = await startGateway({ emulator: { contacts: 10 }, env: customerSessionEnvironment() });
  servers = {
    plain: await listenOnBothPaths(stack.gateway),
    jwt: await listenOnBothPaths(jwt.gateway),
    anonymous: await listenOnBothPaths(anonymous.gateway),
  };
  graphql = watchGraphql();
});
beforeEach(() => {
  stack.emulator.control.reset();
  graphql.reset();
});
afterAll(async () => {
  graphql.stop();
  for (const server of Object.values(servers)) await server.stop();
  await Promise.all([stack.close(), jwt.close(), anonymous.close()]);
});

let documents = 0;

/** A document that no other test has sent. */
function uniqueDocument(query: string): string {
  documents += 1;
  return `# ${documents}\n${query}`;
}
const ada = () => uniqueDocument('query Ada($cid: ID!) { contact(by: {cid: $cid}) { firstName } }');
const variables = { cid: demo.contactId };
const hashOf = (query: string) => hash('sha256', query, 'hex');
const extensionsOf = (query: string) => ({ persistedQuery: { version: 1, sha256Hash: hashOf(query) } });
const notFound = [
  { message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', retryable: false } },
];
const answer = { status: 200, data: { contact: { firstName: 'Ada' } } };

describe.each(paths)('on the %s path', (path) => {
  test('a hash is not found until its document was executed, and is executed from then on without a parse', async () => {
    const query = ada();
    const byHash = { extensions: extensionsOf(query), variables, operationName: 'Ada' };
    expect(await servers.plain.post(path, byHash)).toMatchObject({ status: 400, errors: notFound });
    const legacy = await servers.plain.post(path, byHash, { accept: 'application/json' });
    expect(legacy).toMatchObject({ status: 200, errors: notFound });
    expect(stack.emulator.control.calls()).toEqual([]);
    expect(await servers.plain.post(path, { ...byHash, query })).toMatchObject(answer);
    graphql.reset();
    for (const _ of [1, 2]) expect(await servers.plain.post(path, byHash)).toMatchObject(answer);
    expect(graphql.counts).toMatchObject({ parse: 0, validate: 0 });
    expect(stack.emulator.control.counts()).toMatchObject({ contact: 3 });
  });

  test('a document that was executed without its hash before is stored when it comes with its hash', async () => {
    const query = ada();
    for (const _ of [1, 2, 3]) await servers.plain.post(path, { query, variables });
    const byHash = { extensions: extensionsOf(query), variables };
    expect(await servers.plain.post(path, byHash)).toMatchObject({ errors: notFound });
    expect(await servers.plain.post(path, { ...byHash, query })).toMatchObject(answer);
    expect(await servers.plain.post(path, byHash)).toMatchObject(answer);
  });

  test.each([
    ['the hash of another document', { version: 1, sha256Hash: hashOf('other') }],
    ['another version', { version: 2, sha256Hash: hashOf('other') }],
    ['no hash', { version: 1 }],
    ['a hash that is a number', { version: 1, sha256Hash: 7 }],
    ['a text', 'canary'],
  ])('a document that comes with %s is refused, and no call is made for it', async (_, persistedQuery) => {
    const query = ada();
    await servers.plain.post(path, { query, variables });
    stack.emulator.control.reset();
    for (const _ of [1, 2]) {
      const { status, errors, text } = await servers.plain.post(path, {
        query,
        variables,
        extensions: { persistedQuery },
      });
      expect([status, errors]).toMatchObject([400, [{ extensions: { code: 'BAD_USER_INPUT' } }]]);
      expect(errors[0]?.message).toContain('SHA-256');
      expect(text).not.toContain('canary');
    }
    expect(stack.emulator.control.calls()).toEqual([]);
    expect(await servers.plain.post(path, { extensions: extensionsOf(query) })).toMatchObject({ errors: notFound });
  });

  test.each([
    ['does not parse', '{'],
    ['is not valid for the schema', '{ nothing }'],
    ['is nested too deep', `{ ${'a { '.repeat(101)} b ${'}'.repeat(101)} }`],
    ['is too long', `{ viewer { scopes } } #${'x'.repeat(15_000)}`],
    ['contains a token', 'mutation { redeemContactToken(input: {token: "canary"}) { contact { cid } } }'],
  ])('a document that %s is not stored', async (_, text) => {
    const query = uniqueDocument(text);
    for (const _ of [1, 2]) await servers.plain.post(path, { query, extensions: extensionsOf(query) });
    expect(await servers.plain.post(path, { extensions: extensionsOf(query) })).toMatchObject({ errors: notFound });
  });

  test('a document of an anonymous caller is executed and not stored', async () => {
    const query = uniqueDocument('{ __typename }');
    const params = { query, extensions: extensionsOf(query) };
    expect(await servers.anonymous.post(path, params)).toMatchObject({ status: 200 });
    expect(await servers.anonymous.post(path, { extensions: params.extensions })).toMatchObject({ errors: notFound });
  });

  test('a caller without a valid token gets 401 for stored hashes and for all others', async () => {
    const query = ada();
    const token = await jwt.issuer.token({ organization_id: demo.organizationId, scope: 'customer_read' });
    const params = { query, variables, extensions: extensionsOf(query) };
    expect(await servers.jwt.post(path, params, { authorization: `Bearer ${token}` })).toMatchObject({ status: 200 });
    for (const extensions of [extensionsOf(query), extensionsOf('other')]) {
      for (const headers of [{}, { authorization: 'Bearer no.token.atall' }]) {
        const { status, errors } = await servers.jwt.post(
          path,
          { extensions, variables },
          headers as Record<string, string>,
        );
        expect([status, errors]).toMatchObject([401, [{ extensions: { code: 'UNAUTHENTICATED' } }]]);
      }
    }
  });
});
