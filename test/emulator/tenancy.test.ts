import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Api, connect, listPath } from './support.ts';

let emulator: Emulator;
let manager: Api;
let stranger: Api;
let publicApp: Api;
let writeOnly: Api;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 60, secondContacts: 40 });
  const { clients } = emulator;
  manager = await connect(emulator);
  stranger = await connect(emulator, clients.second);
  publicApp = await connect(emulator, clients.publicApp);
  writeOnly = await connect(emulator, clients.writeOnly);
});
afterAll(() => emulator.close());

const policies = { policies: [{ policyKey: 'customs.a', accepted: true }] };
const reads = [
  ['GET', listPath(demo)],
  ['GET', `/v2/customers/${demo.contactId}`],
  ['GET', `/v2/customers/${demo.contactId}/events`],
  ['GET', `/v2/customers/${demo.contactId}/devices`],
  ['GET', `/v2/customers/${demo.contactId}/accountings`],
] as const;
const writes = [
  ['PUT', `/v1/customers/${demo.contactId}/policies`, policies],
  ['PUT', `/v3/customers/${demo.contactId}`, {}],
  [
    'POST',
    '/v3/customers',
    { organizationId: demo.organizationId, source: 'api', policies: { privacy: true, termsOfUse: true } },
  ],
] as const;
const tokens = [
  ['GET', `/v2/customers/${demo.contactId}/token?expiration=60&hits=1`],
  ['GET', '/v2/customers/tokens/unknown'],
] as const;

test.for(reads)('reading takes a reading scope: %s %s', async ([method, path]) => {
  expect((await manager(method, path)).status).toBe(200);
  expect((await publicApp(method, path)).status).toBe(200);
  expect((await writeOnly(method, path)).status).toBe(403);
});

test.for(writes)('writing takes a writing scope: %s %s', async ([method, path, body]) => {
  expect((await manager(method, path, body)).status).toBe(200);
  expect((await writeOnly(method, path, body)).status).toBe(200);
  expect((await publicApp(method, path, body)).status).toBe(403);
});

test.for(tokens)('customer tokens take organization_write: %s %s', async ([method, path]) => {
  expect((await publicApp(method, path)).status).toBe(403);
  expect((await writeOnly(method, path)).status).toBe(403);
  expect((await manager(method, path)).status).not.toBe(403);
});

test('deleting takes a writing scope', async () => {
  const { cid } = emulator.insert();
  expect((await publicApp('DELETE', `/v1/customers/${cid}`)).status).toBe(403);
  expect((await writeOnly('DELETE', `/v1/customers/${cid}`)).status).toBe(200);
});

test('the list of another organization is a 403, whether it exists or not', async () => {
  expect((await stranger('GET', listPath(demo))).status).toBe(403);
  expect((await stranger('GET', listPath({ organizationId: 'unknown' }))).status).toBe(403);
  const own = await stranger('GET', listPath(second, { size: '100' }));
  expect(own.body.total).toBe(40);
  expect(own.body.customers).toEqual(JSON.parse(JSON.stringify(emulator.contacts(second.organizationId))));
});

test.for([
  ...reads.slice(1),
  ...writes.slice(0, 2),
  ['DELETE', `/v1/customers/${demo.contactId}`] as const,
  ['GET', `/v2/customers/${demo.contactId}/token?expiration=60&hits=1`] as const,
])('a contact of another organization answers as one that does not exist: %s %s', async ([method, path, body]) => {
  const foreign = await stranger(method, path, body);
  const missing = await stranger(method, path.replace(demo.contactId, 'f'.repeat(32)), body);
  expect(foreign.status).toBe(404);
  expect({ ...foreign.body, generated: '' }).toEqual({ ...missing.body, generated: '' });
  expect(emulator.find(demo.contactId)).toBeDefined();
});

test('the two organizations share no contact', () => {
  const ours = new Set(emulator.contacts().map(({ cid }) => cid));
  expect(emulator.contacts(second.organizationId).some(({ cid }) => ours.has(cid))).toBe(false);
});
