import { expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { contactsPath, logInClient, startTestEmulator } from './support.ts';

const { emulator, api: manager } = await startTestEmulator({ contacts: 60, secondContacts: 40 });
const { clients } = emulator;
const secondManager = await logInClient(emulator, clients.second);
const publicApp = await logInClient(emulator, clients.publicApp);
const writeOnly = await logInClient(emulator, clients.writeOnly);

const policies = { policies: [{ policyKey: 'customs.a', accepted: true }] };
const reads = [
  ['GET', contactsPath(demo)],
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

test.for(reads)('a read needs a scope for reading: %s %s', async ([method, path]) => {
  expect((await manager(method, path)).status).toBe(200);
  expect((await publicApp(method, path)).status).toBe(200);
  expect((await writeOnly(method, path)).status).toBe(403);
});

test.for(writes)('a write needs a scope for writing: %s %s', async ([method, path, body]) => {
  const expected = method === 'POST' ? 201 : 200;
  expect((await manager(method, path, body)).status).toBe(expected);
  expect((await writeOnly(method, path, body)).status).toBe(expected);
  expect((await publicApp(method, path, body)).status).toBe(403);
});

test.for(tokens)('customer tokens need the scope organization_write: %s %s', async ([method, path]) => {
  expect((await publicApp(method, path)).status).toBe(403);
  expect((await writeOnly(method, path)).status).toBe(403);
  expect((await manager(method, path)).status).not.toBe(403);
});

test('a deletion needs a scope for writing', async () => {
  const { cid } = emulator.insert();
  expect((await publicApp('DELETE', `/v1/customers/${cid}`)).status).toBe(403);
  expect((await writeOnly('DELETE', `/v1/customers/${cid}`)).status).toBe(200);
});

test('the list of another organization is a 403, whether it exists or not', async () => {
  expect((await secondManager('GET', contactsPath(demo))).status).toBe(403);
  expect((await secondManager('GET', contactsPath({ organizationId: 'unknown' }))).status).toBe(403);
  const own = await secondManager('GET', contactsPath(second, { size: '100' }));
  expect(own.body.total).toBe(40);
  expect(own.body.customers).toEqual(JSON.parse(JSON.stringify(emulator.contacts(second.organizationId))));
});

test.for([
  ...reads.slice(1),
  ...writes.slice(0, 2),
  ['DELETE', `/v1/customers/${demo.contactId}`] as const,
  ['GET', `/v2/customers/${demo.contactId}/token?expiration=60&hits=1`] as const,
])(
  'a contact of another organization gets the same response as one that does not exist: %s %s',
  async ([method, path, body]) => {
    const otherTenant = await secondManager(method, path, body);
    const notFound = await secondManager(method, path.replace(demo.contactId, 'f'.repeat(32)), body);
    expect(otherTenant.status).toBe(404);
    expect({ ...otherTenant.body, generated: '' }).toEqual({ ...notFound.body, generated: '' });
    expect(emulator.find(demo.contactId)).toBeDefined();
  },
);

test('the two organizations have no contact in common', () => {
  const ours = new Set(emulator.contacts().map(({ cid }) => cid));
  expect(emulator.contacts(second.organizationId).some(({ cid }) => ours.has(cid))).toBe(false);
});
