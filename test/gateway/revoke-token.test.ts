// A caller revokes its own token: the upstream and the gateway refuse it from then on, with everything that is cached for it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { waitUntil } from '../emulator/support.ts';
import { type Answer, startGateway } from '../support/gateway.ts';
import { audience, startIssuer } from '../support/issuer.ts';
import { jwtEnvironment } from '../support/jwt-gateway.ts';
import { type LiveGateway, startLiveGateway } from '../support/live-gateway.ts';
import { logIn } from '../support/passthrough-gateway.ts';
import { customerSessionEnvironment, startSessions } from '../support/sessions.ts';

const read = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;
const revoke = 'mutation { revokeToken { revokedAt userErrors { code } } }';

let emulator: Emulator;
let gateway: LiveGateway;
beforeAll(async () => {
  emulator = await startEmulator({ contacts: 20 });
  gateway = await startLiveGateway(emulator, { OPERATION_DEADLINE_MS: '5000' });
});
beforeEach(() => emulator.control.reset());
afterAll(async () => {
  await gateway.close();
  await emulator.close();
});

/** Logs in, and reads once, so that the contact is cached for the token. */
async function tokenWithCachedContact(): Promise<string> {
  const token = await logIn(emulator, demo);
  expect((await gateway.query(token, read)).data.contact.firstName).toBe('Ada');
  emulator.control.clearLog();
  return token;
}

test('a token that its caller has revoked is UNAUTHENTICATED without a call, also for what is cached for it', async () => {
  const [token, other] = [await tokenWithCachedContact(), await tokenWithCachedContact()];
  expect((await gateway.query(token, read)).data.contact.firstName).toBe('Ada');
  expect(emulator.control.calls()).toEqual([]);
  const { data, errors } = await gateway.query(token, revoke);
  expect([data.revokeToken.userErrors, errors]).toEqual([[], []]);
  expect(Date.parse(data.revokeToken.revokedAt)).toBeLessThanOrEqual(Date.now());
  for (const document of [read, revoke, '{ __typename }']) {
    const { status, errors } = await gateway.query(token, document);
    expect([status, errors[0]?.extensions['code']]).toEqual([401, 'UNAUTHENTICATED']);
  }
  expect(emulator.control.counts()).toMatchObject({ logout: 1, contact: 0, service: 0 });
  expect((await gateway.query(other, read)).errors).toEqual([]);
});

test('a request with a revoked token does not join an operation that is pending', async () => {
  const token = await tokenWithCachedContact();
  const document = `{ contact(by: {cid: "${demo.contactId}"}) { lastName devices(first: 1) { totalCount } } }`;
  await gateway.query(await logIn(emulator, demo), document); // Only documents that were executed before are shared.
  emulator.control.latency({ pattern: '/devices', ms: 500 });
  const pending = gateway.query(token, document);
  await waitUntil(() => emulator.control.counts().devices === 2);
  await gateway.query(token, revoke);
  expect((await gateway.query(token, document)).status).toBe(401);
  expect((await pending).data.contact.devices.totalCount).toBeGreaterThan(0);
});

test('an operation makes no call with its token after it has revoked it', async () => {
  const token = await tokenWithCachedContact();
  const { data, errors } = await gateway.query(
    token,
    `mutation ($id: ID!) { revokeToken { revokedAt } updateContact(input: {id: $id, firstName: "Eve"}) { userErrors { code } } }`,
    { id: Buffer.from(`Contact:${demo.contactId}`).toString('base64') },
  );
  expect(data.revokeToken.revokedAt).not.toBeNull();
  expect(errors.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
    [['updateContact'], 'UNAUTHENTICATED'],
  ]);
  expect(emulator.control.counts()).toMatchObject({ logout: 1, updateContact: 0 });
});

describe('an upstream that does not revoke a token', () => {
  test.each([
    [{ kind: 'status', status: 500 }, 'OUTCOME_UNKNOWN'],
    [{ kind: 'status', status: 503 }, 'OUTCOME_UNKNOWN'],
    [{ kind: 'html' }, 'OUTCOME_UNKNOWN'],
    [{ kind: 'ko' }, 'OUTCOME_UNKNOWN'],
    [{ kind: 'invalid-json' }, 'OUTCOME_UNKNOWN'],
    [{ kind: 'reset' }, 'OUTCOME_UNKNOWN'],
    [{ kind: 'hang' }, 'OUTCOME_UNKNOWN'],
    [{ kind: 'status', status: 429 }, 'RATE_LIMITED'],
    [{ kind: 'status', status: 404 }, 'UPSTREAM_BAD_RESPONSE'],
  ] as const)('with %j the error is %s, and the token can still be used', async (fault, code) => {
    const token = await tokenWithCachedContact();
    emulator.control.fault({ path: '/logout', ...fault });
    const { errors } = await gateway.query(token, revoke);
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual([code]);
    expect(emulator.control.counts().logout).toBe(1);
    expect((await gateway.query(token, read)).data.contact.firstName).toBe('Ada');
  });

  test.each([401, 403])('a token that it refuses with %i is refused here as well', async (status) => {
    const token = await tokenWithCachedContact();
    emulator.control.fault({ path: '/logout', kind: 'status', status });
    expect((await gateway.query(token, revoke)).errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
    expect((await gateway.query(token, read)).status).toBe(401);
  });
});

describe('a caller without a token of the upstream', () => {
  test('an access token of an issuer cannot be revoked: FORBIDDEN, without a call', async () => {
    const issuer = await startIssuer();
    const other = await startLiveGateway(emulator, jwtEnvironment(emulator, issuer));
    const token = await issuer.token({ organization_id: demo.organizationId, aud: audience });
    const { errors } = await other.query(token, revoke);
    expect(errors.map(({ message, extensions }) => [message, extensions['code']])).toEqual([
      [expect.stringContaining('where it was issued'), 'FORBIDDEN'],
    ]);
    expect(emulator.control.calls()).toEqual([]);
    await other.close();
    await issuer.close();
  });

  test('a caller of the demo, which has no token, gets FORBIDDEN, without a call', async () => {
    const stack = await startGateway();
    const { errors } = await stack.query(revoke);
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
    expect(stack.emulator.control.counts().logout).toBe(0);
    await stack.close();
  });

  test('a customer session gets FORBIDDEN and a request without a token UNAUTHENTICATED, without a call', async () => {
    const stack = await startSessions({ env: customerSessionEnvironment() });
    const query = await stack.queryAsContact(demo.contactId);
    const codesOf = ({ errors }: Answer) => errors.map(({ extensions }) => extensions['code']);
    expect(codesOf(await query(revoke))).toEqual(['FORBIDDEN']);
    expect(codesOf(await stack.query(revoke))).toEqual(['UNAUTHENTICATED']);
    expect(stack.emulator.control.calls()).toEqual([]);
    await stack.close();
  });
});
