// The organizations of the gateway's own client key, which the upstream tells where the configuration does not.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, none, second, several } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { readConfig } from '../../src/config/config.ts';
import { createLog } from '../../src/log.ts';
import { startLiveMode } from '../../src/modes/live.ts';
import { startJwtGateway } from '../support/jwt-gateway.ts';
import { sessionKey } from '../support/sessions.ts';

const keyOf = ({ clientKey, clientSecret }: { clientKey: string; clientSecret: string }) => ({
  UPSTREAM_CLIENT_KEY: clientKey,
  UPSTREAM_CLIENT_SECRET: clientSecret,
});

describe('customer sessions in passthrough mode', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator({ contacts: 10, secondContacts: 10 });
  });
  beforeEach(() => emulator.control.reset());
  afterAll(() => emulator.close());

  async function start(env: Record<string, string>) {
    const logged: string[] = [];
    const log = createLog('info', { write: (line: string) => void logged.push(line) });
    const config = readConfig({ UPSTREAM_URL: emulator.url, SESSION_KEYS: sessionKey(), ...env });
    const mode = await startLiveMode(config, emulator.url, log);
    return { mode, logged };
  }

  test.each([
    ['one organization', demo, [demo.organizationId]],
    ['several organizations', several, [demo.organizationId, second.organizationId]],
  ])('a client key of %s needs no ORGANIZATION_ID', async (_, key, organizations) => {
    const { mode } = await start(keyOf(key));
    expect(mode.organizationIds).toEqual(organizations);
    expect(organizations.map((id) => mode.findCredential(id) !== undefined)).not.toContain(false);
    expect(mode.findCredential('another')).toBeUndefined();
    expect(mode.isReady()).toBe(true);
    expect(emulator.control.counts()).toMatchObject({ login: 1, service: 1 });
    await mode.close();
  });

  test('while the upstream does not tell the organizations the gateway is not ready, and asks again', async () => {
    emulator.control.fault({ path: '/services/', kind: 'status', status: 503, times: 1 });
    const { mode, logged } = await start(keyOf(demo));
    expect([mode.isReady(), mode.organizationIds]).toEqual([false, []]);
    expect(logged.join()).toContain('the organizations of UPSTREAM_CLIENT_KEY are not known');
    await expect.poll(() => mode.isReady(), { timeout: 15_000 }).toBe(true);
    expect(mode.organizationIds).toEqual([demo.organizationId]);
    await mode.close();
  });

  test.each([
    ['has no organization', none, 'there are none'],
    ['has a wrong secret', { ...demo, clientSecret: 'wrong' }, 'UPSTREAM_AUTH'],
  ])('a client key that %s keeps the gateway from being ready, and the log says why', async (_, key, reason) => {
    const { mode, logged } = await start(keyOf(key));
    expect(mode.isReady()).toBe(false);
    expect(logged.join()).toContain(`"reason":"${reason}"`);
    expect(logged.join()).not.toContain(key.clientSecret);
    await mode.close();
  });

  test('with ORGANIZATION_ID nothing is asked at the start, unless the process warms up', async () => {
    const { mode } = await start({ ...keyOf(demo), ORGANIZATION_ID: demo.organizationId });
    expect(mode.organizationIds).toEqual([demo.organizationId]);
    expect(emulator.control.calls()).toEqual([]);
    await mode.close();
  });

  test.each([
    ['is for the organization', demo.organizationId, 0],
    ['is not for the organization', second.organizationId, 1],
  ])('the warm-up says in the log whether a client key %s', async (_, organizationId, lines) => {
    const { mode, logged } = await start({ ...keyOf(demo), ORGANIZATION_ID: organizationId, WARM_UP: 'true' });
    await expect.poll(() => emulator.control.calls().at(-1)).toMatchObject({ route: 'service', status: 200 });
    await expect.poll(() => logged.filter((line) => line.includes('is not for it'))).toHaveLength(lines);
    await mode.close();
  });
});

describe('the mode jwt with a client key that has no ORGANIZATION_ID', () => {
  const contacts = '{ contacts(first: 1) { nodes { organizationCid } } }';
  const scope = 'customer_read';

  test('a token that names no organization is served for the only one of the client key', async () => {
    const stack = await startJwtGateway({ ORGANIZATIONS_FILE: '', ...keyOf(demo) });
    const ask = async (claims: object) =>
      stack.query(`Bearer ${await stack.issuer.token({ scope, ...claims })}`, contacts);
    const { data } = await ask({});
    expect(data.contacts.nodes[0].organizationCid).toBe(demo.organizationId);
    expect((await ask({ organization_id: second.organizationId })).status).toBe(403);
    expect(await stack.readiness()).toBe(200);
    await stack.close();
  });

  test('a token names one of the several organizations of the client key', async () => {
    const stack = await startJwtGateway({ ORGANIZATIONS_FILE: '', ...keyOf(several) });
    const ask = async (claims: object) =>
      stack.query(`Bearer ${await stack.issuer.token({ scope, ...claims })}`, contacts);
    for (const { organizationId } of [demo, second]) {
      const { data } = await ask({ organization_id: organizationId });
      expect(data.contacts.nodes[0].organizationCid).toBe(organizationId);
    }
    expect((await ask({})).status).toBe(403);
    await stack.close();
  });
});
