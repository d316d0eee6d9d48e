// A token that the gateway obtained itself is revoked when the gateway stops, and a stop never waits for that.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { clientWithToken } from '../emulator/support.ts';
import { startIssuer } from '../support/issuer.ts';
import { jwtEnvironment } from '../support/jwt-gateway.ts';
import { startLiveGateway } from '../support/live-gateway.ts';

const read = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;
const claims = { organization_id: demo.organizationId, scope: 'customer_read' };

let emulator: Emulator;
beforeEach(async () => {
  emulator = await startEmulator({ contacts: 10 });
});
afterEach(() => emulator.close());

/** Starts a gateway in JWT mode, whose calls use a token of its own. */
async function startWithClientKey() {
  const issuer = await startIssuer();
  const gateway = await startLiveGateway(emulator, jwtEnvironment(emulator, issuer));
  return {
    ...gateway,
    read: async () => gateway.query(await issuer.token(claims), read),
    async close() {
      await gateway.close();
      await issuer.close();
    },
  };
}

test('a gateway that stops revokes the token of its client key, and no other', async () => {
  const [stopping, staying] = [await startWithClientKey(), await startWithClientKey()];
  expect((await stopping.read()).errors).toEqual([]);
  expect((await staying.read()).errors).toEqual([]);
  await stopping.close();
  expect(emulator.control.counts()).toMatchObject({ login: 2, logout: 1, contact: 2 });
  expect((await staying.read()).errors).toEqual([]);
  expect(emulator.control.counts()).toMatchObject({ login: 2, logout: 1 });
  await staying.close();
  expect(stopping.logged.join('')).not.toMatch(/not revoked/);
});

test('a gateway that has not logged in, or whose token has expired, stops without a call', async () => {
  const idle = await startWithClientKey();
  await idle.close();
  expect(emulator.control.calls()).toEqual([]);
});

test.each(['hang', 'reset', 'status'] as const)(
  'a logout that fails with %s does not keep the gateway from stopping, and is logged without the token',
  async (kind) => {
    const gateway = await startWithClientKey();
    await gateway.read();
    emulator.control.fault({ path: '/logout', kind, status: 500, times: Number.POSITIVE_INFINITY });
    await gateway.close();
    const warnings = gateway.logged.filter((line) => line.includes('not revoked'));
    expect(warnings.length).toBe(1);
    expect(gateway.logged.join('')).not.toContain('eyJ');
  },
);

test('a token of a caller is not revoked when the gateway stops', async () => {
  const gateway = await startLiveGateway(emulator);
  const response = await fetch(`${emulator.url}/v1/sts/login/services`, {
    method: 'POST',
    body: JSON.stringify({ clientKey: demo.clientKey, clientSecret: demo.clientSecret }),
  });
  const { token } = (await response.json()) as { token: string };
  expect((await gateway.query(token, read)).errors).toEqual([]);
  await gateway.close();
  expect((await clientWithToken(emulator, token)('GET', `/v2/customers/${demo.contactId}`)).status).toBe(200);
});
