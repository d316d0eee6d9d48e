import { expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { clientWithToken, logIn, startTestEmulator } from './support.ts';

const { emulator } = await startTestEmulator({ contacts: 10 });
const logout = '/v1/sts/logout';
const contact = `/v2/customers/${demo.contactId}`;

test('a logout is answered with 200 and no body, and revokes the token that it carries and no other', async () => {
  const [first, second] = [await logIn(emulator, demo), await logIn(emulator, demo)];
  const api = clientWithToken(emulator, first);
  const { status, text, headers } = await api('POST', logout);
  expect([status, text, headers.get('content-type')]).toEqual([200, '', null]);
  expect((await api('GET', contact)).status).toBe(403);
  expect((await api('POST', logout)).status).toBe(403);
  expect((await clientWithToken(emulator, second)('GET', contact)).status).toBe(200);
});

test('a revoked token is refused with 401 where the emulator is set so', async () => {
  const api = clientWithToken(emulator, await logIn(emulator, demo));
  await api('POST', logout);
  emulator.control.tokenRefusal(401);
  expect((await api('GET', contact)).status).toBe(401);
});

test('a token without any scope can be revoked, and a logout without a token is refused', async () => {
  const { none } = (await (await fetch(`${emulator.url}/__emulator`)).json()).clients;
  expect((await clientWithToken(emulator, await logIn(emulator, none))('POST', logout)).status).toBe(200);
  expect((await clientWithToken(emulator, '')('POST', logout)).status).toBe(403);
});
