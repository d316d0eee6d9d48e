import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { authenticateForDemo } from '../../src/auth/demo.ts';
import { createUpstreamClient } from '../../src/upstream/client/client.ts';
import { buildGateway } from '../support/build-gateway.ts';
import { problemsOf } from '../support/config.ts';
import { postBody, startGateway } from '../support/gateway.ts';
import { writeManifest } from '../support/manifest.ts';

const scopes = 'query Scopes { viewer { scopes } }';
const entry = { id: 'a', name: 'Scopes', type: 'query', body: scopes };
const apollo = (...operations: object[]) => ({ format: 'apollo-persisted-query-manifest', version: 1, operations });

const client = createUpstreamClient({ url: 'http://127.0.0.1:1' });
afterAll(() => client.close());

/** Loads manifests into a gateway. @returns its problems, and the number of its documents */
async function load(...files: readonly string[]) {
  const credential = { id: '', bearer: async () => '', onRejected: async () => '' };
  const caller = { organizationId: 'o', subject: 's', scopes: [], credential } as never; // no operation is executed
  const env = { DOCUMENTS_FILE: files.join(', ') };
  const gateway = buildGateway({ env, client, authenticate: authenticateForDemo(caller) });
  const problems = await gateway.loadDocuments();
  const { documents } = gateway.trustedLoad();
  await gateway.close();
  return { problems, documents };
}

test.each([
  ['the client preset of GraphQL Code Generator', { '2d0a1b': scopes, '5f9c': 'query Other { viewer { scopes } }' }, 2],
  ['relay-compiler', { c4ca4238a0b923820dcc509a6f75849b: scopes }, 1],
  ['Apollo', apollo(entry, { ...entry, id: 'b', body: 'query Other { viewer { scopes } }' }), 2],
  ['Apollo with further properties, and without names', { ...apollo({ id: 'a', body: scopes, more: 1 }), more: 1 }, 1],
])('a manifest in the format of %s is loaded', async (_, content, documents) => {
  expect(await load(writeManifest(content))).toEqual({ problems: [], documents });
});

test('several manifests in different formats are loaded together, and may have documents in common', async () => {
  const files = [writeManifest({ a: scopes, b: '{ __typename }' }), writeManifest(apollo(entry))];
  expect(await load(...files)).toEqual({ problems: [], documents: 2 });
});

const notJson = 'it cannot be read as JSON in UTF-8 whose names are unique.';
const noManifest = 'a manifest is an object with the texts of documents by their ids, or a manifest of Apollo.';
test.each([
  ['that is not JSON', '{', notJson],
  ['with the same id twice', `{"a":"${scopes}","a":"{ __typename }"}`, notJson],
  ['that is a list', [scopes], noManifest],
  ['with a document that is no text', { a: 1 }, noManifest],
  ['with an empty id', { '': scopes }, noManifest],
  ['without documents', {}, 'it contains no document'],
  ['of another version of Apollo', { ...apollo(entry), version: 2 }, 'see version'],
  ['of Apollo without an id', apollo({ body: scopes }), 'see operations.0.id'],
])('a manifest %s is refused', async (_, content, expected) => {
  const { problems, documents } = await load(writeManifest(content));
  expect(problems).toMatchObject([expect.stringContaining(expected)]);
  expect(documents).toBe(0);
});

test.each([
  ['does not parse', 'query Canary {', 'Syntax Error'],
  ['is not valid for the schema', 'query Canary { nothing }', 'Cannot query field "nothing"'],
  ['is too long', `${scopes} #${'x'.repeat(15_000)}`, 'at most 15000 characters'],
  ['is too deep', `{ ${'a { '.repeat(101)} b ${'}'.repeat(101)} }`, 'levels deep'],
  ['has too many tokens', `{ ${'a '.repeat(5_001)} }`, 'tokens'],
  [
    'contains a token',
    'mutation { redeemContactToken(input: {token: "canary"}) { contact { cid } } }',
    'A password or a token is a variable, and no literal',
  ],
])(
  'a manifest with a document that %s is refused as a whole, with its id and without its text',
  async (_, text, expected) => {
    const { problems, documents } = await load(writeManifest({ good: scopes, bad: text }));
    expect(problems).toMatchObject([
      expect.stringMatching(/^DOCUMENTS_FILE: the document "bad" is refused: .*[^.]\.$/),
    ]);
    expect(problems[0]).toContain(expected);
    expect(problems[0]).not.toMatch(/canary|xxx/i);
    expect(documents).toBe(0);
  },
);

test('two documents with one id are refused, also when the id is the SHA-256 of the text of another one', async () => {
  const [one, two] = [writeManifest({ a: scopes }), writeManifest({ a: '{ __typename }' })];
  expect(await load(one, two)).toMatchObject({
    problems: ['DOCUMENTS_FILE: the document "a" has the id of another document.'],
  });
  const sha256 = hash('sha256', scopes, 'hex');
  expect((await load(writeManifest({ a: scopes, [sha256]: '{ __typename }' }))).problems).toHaveLength(1);
  expect((await load(writeManifest({ a: scopes, [sha256]: scopes }))).problems).toEqual([]);
});

test('a manifest that does not exist is refused, with its path', async () => {
  expect((await load('/nowhere/manifest.json')).problems).toEqual([
    `DOCUMENTS_FILE: /nowhere/manifest.json: ${notJson}`,
  ]);
});

test('the variables of documents that contradict each other are refused', () => {
  for (const mode of ['log', 'only']) {
    expect(problemsOf({ DOCUMENTS_MODE: mode })).toEqual([`DOCUMENTS_MODE ${mode} needs a DOCUMENTS_FILE.`]);
  }
  const only = { DOCUMENTS_MODE: 'only', DOCUMENTS_FILE: 'a.json' };
  expect(problemsOf({ ...only, APQ: 'true' })).toMatchObject([expect.stringContaining('APQ true')]);
  expect(problemsOf({ ...only, PUBLIC_SCHEMA: 'true' })).toMatchObject([expect.stringContaining('PUBLIC_SCHEMA true')]);
  expect(problemsOf({ DOCUMENTS_FILE: 'a.json,,b.json' })).toHaveLength(1);
  expect(problemsOf({ ...only, PUBLIC_SCHEMA: 'false', APQ: 'false' })).toEqual([]);
});

// Written for one app by @graphql-codegen/client-preset 6.2.0 and @apollo/generate-persisted-query-manifest 1.4.0.
test.each(['persisted-documents.json', 'persisted-query-manifest.json'])(
  'the file %s makes the documents of an app trusted',
  async (file) => {
    const path = fileURLToPath(new URL(`manifests/${file}`, import.meta.url));
    const content = JSON.parse(readFileSync(path, 'utf8'));
    const ids: string[] = content.operations?.map(({ id }: { id: string }) => id) ?? Object.keys(content);
    const env = { DOCUMENTS_FILE: path, DOCUMENTS_MODE: 'only' };
    const stack = await startGateway({ emulator: { contacts: 10 }, env });
    const variables = { cid: demo.contactId };
    const send = (params: object) => postBody(stack.gateway, JSON.stringify({ ...params, variables }));
    expect(ids).toHaveLength(2);
    expect(await send({ documentId: ids[0] })).toMatchObject({ data: { contact: { firstName: 'Ada' } } });
    const sha256Hash = ids[0]?.replace('sha256:', '');
    const byHash = { extensions: { persistedQuery: { version: 1, sha256Hash } } };
    expect(await send(byHash)).toMatchObject({ data: { contact: { firstName: 'Ada' } } });
    await stack.close();
  },
);
