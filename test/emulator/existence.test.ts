import { expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { startTestEmulator } from './support.ts';

const { emulator, api } = await startTestEmulator({ contacts: 50 });

const exist = (query: string, organizationId: string = demo.organizationId) =>
  api('GET', `/v2/customers/organizations/${organizationId}/exist${query}`);
const check = (body: object) => api('POST', '/v3/customers/credential/check', body);
const credentials = {
  ...{ username: 'YYYYYZZZXXX1', password: demo.contactPassword, organizationId: demo.organizationId },
};
const ada = { status: 'OK', present: true, id: demo.contactId, extId: 'CRM-ADA-1815' };

test.each([
  `?cid=${demo.contactId}`,
  '?email=ada.rossi%40example.com',
  '?phoneNumber=%2B390501234567&username=YYYYYZZZXXX1',
  '?extId=CRM-ADA-1815',
])('a contact that has all values of %s is present', async (query) => {
  expect((await exist(query)).body).toMatchObject(ada);
});

test('a contact that lacks a value is a 404 with an envelope, or present: false by the control function', async () => {
  const query = `?cid=${demo.contactId}&username=another`;
  expect(await exist(query)).toMatchObject({ status: 404, body: { status: 'KO' } });
  emulator.control.absence('present-false');
  expect(await exist(query)).toMatchObject({ status: 200, body: { status: 'OK', present: false } });
});

test('no parameter, an unknown one and an empty one are a 409, and another organization is a 403', async () => {
  for (const query of ['', '?phone=1', '?cid=']) expect((await exist(query)).status).toBe(409);
  expect((await exist('?cid=a', second.organizationId)).status).toBe(403);
});

test('a username with its password is answered like a contact that is present', async () => {
  expect((await check(credentials)).body).toMatchObject(ada);
});

test.each([
  ['not-found', 404],
  ['present-false', 200],
  ['conflict', 409],
] as const)('a wrong password and an unknown username have the same answer in the way %s', async (absence, status) => {
  emulator.control.absence(absence);
  const answers = [await check({ ...credentials, password: 'x' }), await check({ ...credentials, username: 'x' })];
  const [first, other] = answers.map(({ body: { generated: _, ...body }, ...answer }) => [answer.status, body]);
  expect(first).toEqual(other);
  expect(first?.[0]).toBe(status);
});

test('after twenty wrong passwords of a username its checks are a 429, until the window has ended', async () => {
  for (let tries = 0; tries < 20; tries += 1) {
    expect((await check({ ...credentials, password: `${tries}` })).status).toBe(404);
  }
  const limited = await check(credentials);
  expect(limited.status).toBe(429);
  expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await check({ ...credentials, username: 'another' })).status).toBe(404);
  emulator.control.clock({ skewSeconds: 61 });
  expect((await check(credentials)).status).toBe(200);
});

test('the settings can be changed over HTTP, and the log has no password', async () => {
  const put = (body: object) =>
    fetch(`${emulator.url}/__emulator/existence`, { method: 'PUT', body: JSON.stringify(body) });
  expect((await put({ absence: 'present-false', passwordLimit: { count: 1, seconds: 5 } })).status).toBe(200);
  expect((await put({ absence: 'never' })).status).toBe(400);
  expect((await check({ ...credentials, password: 'canary' })).body.present).toBe(false);
  expect((await check(credentials)).status).toBe(429);
  expect(JSON.stringify(emulator.control.calls())).not.toContain('canary');
});
