import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Api, connect } from './support.ts';

let emulator: Emulator;
let api: Api;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50 });
  api = await connect(emulator);
});
beforeEach(() => emulator.control.reset());
afterAll(() => emulator.close());

const issue = (query = '?expiration=600&hits=2') => api('GET', `/v2/customers/${demo.contactId}/token${query}`);
const redeem = (token: string, as = api) => as('GET', `/v2/customers/tokens/${token}`);

test('a token stands for its customer as often as it has hits, then it is gone', async () => {
  const { token } = (await issue()).body;
  expect(token).toMatch(/^[\w-]{20,}$/);
  expect((await redeem(token)).body).toMatchObject({ status: 'OK', customerId: demo.contactId });
  expect((await redeem(token)).status).toBe(200);
  expect(await redeem(token)).toMatchObject({ status: 410, body: { status: 'KO', code: 'GONE' } });
});

test('a token expires', async () => {
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
])('issuing with %s is a 409', async (query) => {
  expect((await issue(query)).status).toBe(409);
});

test('the limits themselves are allowed', async () => {
  expect((await issue('?expiration=1&hits=1')).status).toBe(200);
  expect((await issue('?expiration=86400&hits=100')).status).toBe(200);
});

test('an unknown token is a 404, and so is one of another organization, which keeps its hits', async () => {
  const second = await connect(emulator, emulator.clients.second);
  const { token } = (await issue('?expiration=600&hits=1')).body;
  expect((await redeem('unknown')).status).toBe(404);
  expect((await redeem(token, second)).status).toBe(404);
  expect((await redeem(token)).status).toBe(200);
});

test('the token of a deleted customer is gone', async () => {
  const { cid } = emulator.insert({ firstName: 'Leaving' });
  const { token } = (await api('GET', `/v2/customers/${cid}/token?expiration=600&hits=1`)).body;
  emulator.remove(cid);
  expect((await redeem(token)).status).toBe(410);
});

test('redeeming too often is a 429 that says when to come back, and costs no hit', async () => {
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
