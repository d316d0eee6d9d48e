import { expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { logInClient, startTestEmulator } from './support.ts';

const { emulator, api } = await startTestEmulator({ contacts: 50 });

const issue = (query = '?expiration=600&hits=2') => api('GET', `/v2/customers/${demo.contactId}/token${query}`);
const redeem = (token: string, as = api) => as('GET', `/v2/customers/tokens/${token}`);

test('a customer token returns its customer as often as it has hits, and is a 410 afterwards', async () => {
  const { token } = (await issue()).body;
  expect(token).toMatch(/^[\w-]{20,}$/);
  expect((await redeem(token)).body).toMatchObject({ status: 'OK', customerId: demo.contactId });
  expect((await redeem(token)).status).toBe(200);
  expect(await redeem(token)).toMatchObject({ status: 410, body: { status: 'KO', code: 'GONE' } });
});

test('an expired customer token is a 410', async () => {
  const { token } = (await issue('?expiration=600&hits=100')).body;
  emulator.control.clock({ skewSeconds: 599 });
  expect((await redeem(token)).status).toBe(200);
  emulator.control.clock({ skewSeconds: 601 });
  expect((await redeem(token)).status).toBe(410);
});

test.for([
  '',
  '?expiration=600',
  '?hits=1',
  '?expiration=0&hits=1',
  '?expiration=86401&hits=1',
  '?expiration=600&hits=0',
  '?expiration=600&hits=101',
  '?expiration=1.5&hits=1',
  '?expiration=600&hits=1&more=1',
])('issuing a customer token with the parameters "%s" is a 409', async (query) => {
  expect((await issue(query)).status).toBe(409);
});

test('the smallest and the largest expiration and hits of a customer token are accepted', async () => {
  expect((await issue('?expiration=1&hits=1')).status).toBe(200);
  expect((await issue('?expiration=86400&hits=100')).status).toBe(200);
});

test('a customer token that is unknown or of another organization is a 404 and uses no hit', async () => {
  const second = await logInClient(emulator, emulator.clients.second);
  const { token } = (await issue('?expiration=600&hits=1')).body;
  expect((await redeem('unknown')).status).toBe(404);
  expect((await redeem(token, second)).status).toBe(404);
  expect((await redeem(token)).status).toBe(200);
});

test('the token of a deleted customer is a 410', async () => {
  const { cid } = emulator.insert({ firstName: 'Leaving' });
  const { token } = (await api('GET', `/v2/customers/${cid}/token?expiration=600&hits=1`)).body;
  emulator.remove(cid);
  expect((await redeem(token)).status).toBe(410);
});

test('redeeming customer tokens above the limit is a 429 with Retry-After and uses no hit', async () => {
  emulator.control.redeemLimit({ count: 3, seconds: 10 });
  const { token } = (await issue('?expiration=600&hits=4')).body;
  for (let n = 0; n < 3; n++) expect((await redeem(token)).status).toBe(200);
  const refused = await redeem(token);
  expect(refused).toMatchObject({ status: 429, body: { code: 'TOO_MANY_REQUESTS' } });
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  emulator.control.clock({ skewSeconds: 11 });
  expect((await redeem(token)).status).toBe(200);
  expect((await redeem(token)).status).toBe(410);
});
