// Faults of the call with which the gateway finds the organization of a token. Each fault lasts for one attempt, or for all.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import type { FaultRule } from '../../emulator/faults.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import type { Gateway } from '../../src/gateway.ts';
import { createUpstreamClient, type UpstreamClient } from '../../src/upstream/client/client.ts';
import { buildGateway } from '../support/build-gateway.ts';
import { ada, logIn, queryWithAuthorization } from '../support/passthrough-gateway.ts';

const canary = 'canary-of-a-body';

let emulator: Emulator;
let client: UpstreamClient;
let gateway: Gateway;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 10 });
  client = createUpstreamClient({ url: emulator.url, maxResponseBytes: 100_000 });
});
beforeEach(() => {
  emulator.control.reset();
  gateway = buildGateway({
    env: { UPSTREAM_URL: emulator.url, OPERATION_DEADLINE_MS: '3000', TRY_TIMEOUT_MS: '1000' },
    client,
    authenticate: authenticateByPassthrough(),
  });
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

const path = '/services/';

async function firstToken(): Promise<string> {
  const token = await logIn(emulator, demo);
  emulator.control.clearLog();
  return token;
}

const ask = (token: string) => queryWithAuthorization(gateway, `Bearer ${token}`, ada);

/** Faults that last, each with what the client gets and with how many calls. The connection or the upstream fails. */
const lasting: [fault: string, rule: FaultRule, status: number, code: string, calls: number][] = [
  ['a reset', { kind: 'reset' }, 503, 'UPSTREAM_UNAVAILABLE', 3],
  ['a truncated body', { kind: 'truncate', bytes: 20 }, 503, 'UPSTREAM_UNAVAILABLE', 3],
  ['a 500', { kind: 'status', status: 500, body: canary }, 503, 'UPSTREAM_UNAVAILABLE', 3],
  ['a 503', { kind: 'status', status: 503 }, 503, 'UPSTREAM_UNAVAILABLE', 3],
  ['no response', { kind: 'hang' }, 504, 'UPSTREAM_TIMEOUT', 2],
  ['a body that is no JSON', { kind: 'invalid-json' }, 502, 'UPSTREAM_BAD_RESPONSE', 1],
  ['a page of HTML', { kind: 'html' }, 503, 'UPSTREAM_UNAVAILABLE', 3],
  ['an empty body', { kind: 'empty' }, 502, 'UPSTREAM_BAD_RESPONSE', 1],
  ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:1/' }, 502, 'UPSTREAM_BAD_RESPONSE', 1],
  ['a KO without a code', { kind: 'ko' }, 502, 'UPSTREAM_BAD_RESPONSE', 1],
  ['a body that is too large', { kind: 'huge' }, 502, 'UPSTREAM_BAD_RESPONSE', 1],
  ['a 429 until after the deadline', { kind: 'status', status: 429, retryAfter: '60' }, 429, 'RATE_LIMITED', 1],
  ['a KO that means 403', { kind: 'ko', code: 'FORBIDDEN' }, 401, 'UNAUTHENTICATED', 1],
  ['a 401', { kind: 'status', status: 401 }, 401, 'UNAUTHENTICATED', 1],
  ['a 403', { kind: 'status', status: 403 }, 401, 'UNAUTHENTICATED', 1],
  ['a 404', { kind: 'status', status: 404, body: canary }, 403, 'FORBIDDEN', 1],
  ['a body of another form', { kind: 'body', body: `{"${canary}":1}` }, 403, 'FORBIDDEN', 1],
];

describe('the call for the service of a token', () => {
  test.each(lasting)(
    'after %s the whole request is refused, and no other call is made',
    async (_, rule, status, code, calls) => {
      const token = await firstToken();
      emulator.control.fault({ path, times: Number.POSITIVE_INFINITY, ...rule });
      const answer = await ask(token);
      expect([answer.status, answer.data, answer.errors.map(({ extensions }) => extensions['code'])]).toEqual([
        status,
        null,
        [code],
      ]);
      expect(answer.text).not.toContain(canary);
      const { service, ...others } = emulator.control.counts();
      expect(service).toBe(calls);
      expect(Object.values(others).every((count) => count === 0)).toBe(true);
    },
  );

  test.each(lasting.filter(([, , status]) => status === 503 || status === 504 || status === 502))(
    'after %s the next request asks again, and is answered',
    async (_, rule) => {
      const token = await firstToken();
      emulator.control.fault({ path, times: Number.POSITIVE_INFINITY, ...rule });
      await ask(token);
      emulator.control.clearFaults();
      const { errors, data } = await ask(token);
      expect([errors, data.contact.firstName]).toEqual([[], 'Ada']);
    },
  );

  test.each<[string, FaultRule]>([
    ['a reset', { kind: 'reset' }],
    ['a 503', { kind: 'status', status: 503 }],
    ['a 429 with a short wait', { kind: 'status', status: 429, retryAfter: '1' }],
  ])('one attempt that ends with %s is repeated within the same request', async (_, rule) => {
    const token = await firstToken();
    emulator.control.fault({ path, times: 1, ...rule });
    expect((await ask(token)).data.contact.firstName).toBe('Ada');
    expect(emulator.control.counts()).toMatchObject({ service: 2, contact: 1 });
  });

  test('an outage of the upstream does not affect a token whose service is known', async () => {
    const token = await firstToken();
    await ask(token);
    emulator.control.fault({ path, kind: 'status', status: 503, times: Number.POSITIVE_INFINITY });
    expect((await ask(token)).errors).toEqual([]);
  });
});
