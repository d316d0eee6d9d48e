// The manifests of trusted documents in a real process: the start, SIGHUP, and requests that are pending meanwhile.
import { describe, expect, test } from 'vitest';
import { demo } from '../emulator/demo.ts';
import { startEmulator } from '../emulator/emulator.ts';
import { start } from './support/main-process.ts';
import { replaceManifest, writeManifest } from './support/manifest.ts';
import { logIn } from './support/passthrough-gateway.ts';
import type { RunningProcess } from './support/process.ts';

const first = 'query First { viewer { scopes } }';
const second = 'query Second { viewer { scopes } }';
const contact = 'query Contact($cid: ID!) { contact(by: {cid: $cid}) { firstName } }';

/** Sends parameters; resolves with the data, or with the code of the first error. */
async function post(url: string, params: object, token = '') {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== '' && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(params),
  });
  const { data, errors } = (await response.json()) as {
    data?: unknown;
    errors?: [{ extensions: { code: string } }];
  };
  return errors?.[0].extensions.code ?? data;
}

const listening = async (gateway: RunningProcess) =>
  (await gateway.printed(/listens on (http:\/\/127\.0\.0\.1:\d+)/))[1] ?? '';

describe('SIGHUP', () => {
  test('SIGHUP replaces the trusted documents, while an operation of a removed document is pending', async () => {
    const emulator = await startEmulator({ contacts: 10 });
    const token = await logIn(emulator, emulator);
    const file = writeManifest({ first, contact });
    const env = { UPSTREAM_URL: emulator.url, ORGANIZATION_ID: emulator.organizationId };
    const gateway = start({ ...env, DOCUMENTS_FILE: file, DOCUMENTS_MODE: 'only' });
    const url = await listening(gateway);
    const byId = (documentId: string) => post(url, { documentId, variables: { cid: demo.contactId } }, token);
    expect(await byId('first')).toMatchObject({ viewer: {} });
    expect(await byId('second')).toBe('PERSISTED_QUERY_NOT_FOUND');

    emulator.control.latency(600);
    const pending = byId('contact');
    await expect.poll(() => emulator.control.loggedInFlight()).toBe(1);
    replaceManifest(file, { second });
    gateway.child.kill('SIGHUP');
    await gateway.printed(/"documents":1,.*the trusted documents were loaded again/);
    expect(emulator.control.loggedInFlight()).toBe(1);
    expect(await pending).toEqual({ contact: { firstName: 'Ada' } });
    expect(await byId('second')).toMatchObject({ viewer: {} });
    for (const id of ['first', 'contact']) expect(await byId(id)).toBe('PERSISTED_QUERY_NOT_FOUND');
    for (const query of [first, contact]) expect(await post(url, { query }, token)).toBe('DOCUMENT_NOT_TRUSTED');
    await emulator.close();
  });

  test.each([
    ['is not JSON', '{"first":'],
    ['has a document that is not valid', { first, broken: 'query Canary { canary }' }],
    ['is empty', {}],
  ])('SIGHUP with a manifest that %s keeps the documents, and logs one line', async (_, content) => {
    const file = writeManifest({ first });
    const gateway = start({ DOCUMENTS_FILE: file, DOCUMENTS_MODE: 'only' });
    const url = await listening(gateway);
    replaceManifest(file, content);
    gateway.child.kill('SIGHUP');
    await gateway.printed(/stay as they are/);
    expect(await post(url, { documentId: 'first' })).toMatchObject({ viewer: {} });
    replaceManifest(file, { second });
    gateway.child.kill('SIGHUP');
    await gateway.printed(/were loaded again/);
    expect(await post(url, { documentId: 'second' })).toMatchObject({ viewer: {} });
    expect(gateway.stdout().match(/stay as they are/g)).toHaveLength(1);
    expect(gateway.stdout()).not.toContain('query Canary');
  });

  test('SIGHUP without a manifest does not end the process', async () => {
    const gateway = start({});
    const url = await listening(gateway);
    gateway.child.kill('SIGHUP');
    await gateway.printed(/were loaded again/);
    expect(await post(url, { query: first })).toMatchObject({ viewer: {} });
  });
});

test('a manifest with problems stops the start, with the id and the name of each document and without its text', async () => {
  const operations = [
    { id: 'one', name: 'First', body: first, type: 'query' },
    { id: 'two', name: 'Second', body: 'query Second { canary }', type: 'query' },
    { id: 'one', name: 'Third', body: second, type: 'query' },
  ];
  const file = writeManifest({ format: 'apollo-persisted-query-manifest', version: 1, operations });
  const gateway = start({ DOCUMENTS_FILE: file });
  expect(await gateway.exited).toBe(1);
  expect(gateway.stderr()).toBe(
    'Contactgraph cannot start:\n' +
      '  - DOCUMENTS_FILE: the document "two" (Second) is refused: Cannot query field "canary" on type "Query".\n' +
      '  - DOCUMENTS_FILE: the document "one" (Third) has the id of another document.\n',
  );
  expect(gateway.stdout()).not.toContain('listens');
});
