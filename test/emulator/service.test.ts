import { expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { logInClient, startTestEmulator } from './support.ts';

const { emulator } = await startTestEmulator({ contacts: 50 });

const pathOf = (serviceId: string) => `/v1/sts/services/${serviceId}`;

test.each([
  ['manager', [demo.organizationId]],
  ['second', [second.organizationId]],
  ['several', [demo.organizationId, second.organizationId]],
  ['none', []],
] as const)('the service of the client %s has the organizations %j', async (name, organizations) => {
  const client = emulator.clients[name];
  const { status, body } = await (await logInClient(emulator, client))('GET', pathOf(client.serviceId));
  expect([status, body.id, body.service.id]).toEqual([200, client.serviceId, client.serviceId]);
  expect(body.service.organizations).toEqual(organizations);
  expect(body.service.locations.length).toBe(12 * organizations.length);
});

test('the scopes of services are a list, a text with spaces, or a text with commas', async () => {
  const forms = [];
  for (const name of ['manager', 'second', 'publicApp'] as const) {
    const client = emulator.clients[name];
    forms.push((await (await logInClient(emulator, client))('GET', pathOf(client.serviceId))).body.service.scope);
  }
  expect(forms[0]).toContain('customer_read');
  expect(forms[1]).toMatch(/^\w+( \w+)+$/);
  expect(forms[2]).toBe('customer_read');
});

test('a token has access to its own service only', async () => {
  const api = await logInClient(emulator, emulator.clients.second);
  expect((await api('GET', pathOf(demo.serviceId))).status).toBe(403);
  expect((await api('GET', pathOf('unknown'))).status).toBe(403);
});

test('a service of several organizations reads the contacts of each of them', async () => {
  const api = await logInClient(emulator, emulator.clients.several);
  for (const organizationId of [demo.organizationId, second.organizationId]) {
    const { body } = await api('GET', `/v2/customers/organizations/${organizationId}?size=1`);
    expect(body.customers[0].organizationCid).toBe(organizationId);
    expect((await api('GET', `/v2/customers/${body.customers[0].cid}`)).status).toBe(200);
  }
});

test('a service without an organization may read nothing', async () => {
  const api = await logInClient(emulator, emulator.clients.none);
  expect((await api('GET', `/v2/customers/organizations/${demo.organizationId}`)).status).toBe(403);
  expect((await api('GET', `/v2/customers/${demo.contactId}`)).status).toBe(403);
});
