import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import type { IssuerFault } from '../support/issuer.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';

let stack: JwtGateway;
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(async () => {
  vi.useRealTimers();
  await stack.close();
});

const ask = async (token = stack.issuer.token({ organization_id: demo.organizationId })) =>
  (await stack.ask(`Bearer ${await token}`, '{ viewer { scopes } }')).status;
const fetches = () => stack.issuer.counts['/keys'] ?? 0;
const faults: IssuerFault[] = ['down', 'empty', 'garbage', 'huge', 'redirect', 'symmetric'];
const minute = 60_000;
const patiently = { timeout: 9_000 };

describe('the keys of the issuer', () => {
  test('are discovered and fetched once at the start, and used by all requests', async () => {
    stack = await startJwtGateway();
    expect(new Set(await Promise.all(Array.from({ length: 100 }, () => ask())))).toEqual(new Set([200]));
    expect(stack.issuer.counts).toEqual({ '/.well-known/openid-configuration': 1, '/keys': 1 });
    expect(await stack.readiness()).toBe(200);
  });

  test('come from JWKS_URL, without discovery, where that is given', async () => {
    const other = await startJwtGateway();
    stack = await startJwtGateway({ JWKS_URL: `${other.issuer.url}/keys`, JWT_ISSUER: other.issuer.url });
    expect(await ask(other.issuer.token({ organization_id: demo.organizationId }))).toBe(200);
    expect([stack.issuer.requests(), other.issuer.counts['/keys']]).toEqual([0, 2]);
    await other.close();
  });

  test('are fetched once for 100 requests that wait for them, after a start without', async () => {
    stack = await startJwtGateway({}, (issuer) => issuer.fault('down'));
    stack.issuer.fault(undefined);
    stack.issuer.delay(100);
    vi.advanceTimersByTime(6_000);
    expect(new Set(await Promise.all(Array.from({ length: 100 }, () => ask())))).toEqual(new Set([200]));
    expect(fetches()).toBe(1);
  });

  test('are read again in the background: nobody waits, and nobody fails', async () => {
    stack = await startJwtGateway();
    vi.advanceTimersByTime(6 * minute);
    stack.issuer.fault('hang');
    const token = await stack.issuer.token({ organization_id: demo.organizationId });
    const before = Date.now();
    expect(await ask(Promise.resolve(token))).toBe(200);
    expect(Date.now() - before).toBeLessThan(4_000);
    await expect.poll(() => stack.issuer.counts['/.well-known/openid-configuration'], patiently).toBe(2);
  });

  test('rotate without a failed request, also when the old ones are withdrawn', async () => {
    stack = await startJwtGateway();
    const old = stack.issuer.token({ organization_id: demo.organizationId });
    stack.issuer.rotate();
    stack.issuer.delay(50);
    const statuses = await Promise.all(Array.from({ length: 100 }, (_, n) => ask(n % 2 ? old : undefined)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(fetches()).toBe(2);
    vi.advanceTimersByTime(31_000);
    stack.issuer.rotate({ only: true });
    expect(await ask()).toBe(200);
    expect(await ask(old)).toBe(401);
  });

  test('rotate without a failed request while an older look at them is on its way', async () => {
    stack = await startJwtGateway();
    const { token, key, rotate } = stack.issuer;
    const old = await token({ organization_id: demo.organizationId }, {}, key());
    vi.advanceTimersByTime(6 * minute);
    stack.issuer.stall(200); // it has the keys of now, and arrives later
    expect(await ask(Promise.resolve(old))).toBe(200);
    await expect.poll(fetches, patiently).toBe(2);
    rotate();
    expect(await ask()).toBe(200);
    expect(fetches()).toBe(3);
  });

  test('are looked for at most once in 30 seconds, so that a new one works after that', async () => {
    stack = await startJwtGateway();
    stack.issuer.rotate();
    expect(await ask()).toBe(200);
    stack.issuer.rotate();
    expect(await ask()).toBe(401);
    vi.advanceTimersByTime(30_000);
    expect(await ask()).toBe(200);
  });
});

describe.each(faults)('an issuer whose keys are %s', (fault) => {
  test('at the start make the gateway report not ready with a reason, until the keys can be fetched', async () => {
    stack = await startJwtGateway({}, (issuer) => issuer.fault(fault));
    expect(await stack.readiness()).toBe(503);
    const answer = await stack.ask(`Bearer ${await stack.issuer.token()}`, '{ viewer { scopes } }');
    expect(answer).toMatchObject({ status: 503, data: null });
    expect(answer.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }]);
    expect(stack.logged.join('')).toMatch(/"reason":"[\w ]+"/);
    expect(stack.logged.join('')).not.toContain(new URL(stack.issuer.url).host);
    expect(stack.issuer.counts['/elsewhere']).toBeUndefined();
    const asked = stack.issuer.requests();
    await Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(stack.issuer.requests()).toBe(asked); // who is down is left alone for 5 seconds
    stack.issuer.fault(undefined);
    vi.advanceTimersByTime(6_000);
    await expect.poll(() => stack.readiness(), patiently).toBe(200);
    expect(await ask()).toBe(200);
    expect(stack.logged.join('')).toContain('fetched again');
  });

  test('later is bridged with the last good ones for an hour, and no longer', async () => {
    stack = await startJwtGateway();
    stack.issuer.fault(fault);
    vi.advanceTimersByTime(59 * minute);
    expect([await ask(), await stack.readiness()]).toEqual([200, 200]);
    vi.advanceTimersByTime(2 * minute);
    expect([await ask(), await stack.readiness()]).toEqual([503, 503]);
    expect(stack.emulator.control.calls()).toEqual([]);
    stack.issuer.fault(undefined);
    vi.advanceTimersByTime(6_000);
    expect(await ask()).toBe(200);
  });
});

describe('an issuer that does not answer', () => {
  test('is waited for 5 seconds, by all requests together', async () => {
    stack = await startJwtGateway();
    stack.issuer.fault('hang');
    const before = Date.now();
    stack.issuer.rotate();
    expect(new Set(await Promise.all([ask(), ask(), ask()]))).toEqual(new Set([401]));
    expect(Date.now() - before).toBeGreaterThan(4_000);
    expect(Date.now() - before).toBeLessThan(8_000);
    expect(stack.logged.join('')).toContain('timed out');
  });

  test('is not waited for beyond the deadline of an operation', async () => {
    stack = await startJwtGateway({ OPERATION_DEADLINE_MS: '300' }, (issuer) => issuer.fault('down'));
    stack.issuer.fault('hang');
    vi.advanceTimersByTime(6_000);
    const before = Date.now();
    expect(await ask()).toBe(504);
    expect(Date.now() - before).toBeLessThan(4_000);
  });

  test('is waited for at the start, which goes on then', async () => {
    stack = await startJwtGateway({}, (issuer) => issuer.fault('hang'));
    expect(await stack.readiness()).toBe(503);
  });
});

test.each([
  ['is of another issuer', { issuer: 'https://evil.example' }],
  ['sends to plain http elsewhere', { jwks_uri: 'http://192.0.2.1/keys' }],
  ['sends to a file', { jwks_uri: 'file:///etc/passwd' }],
  ['names no keys', { jwks_uri: undefined }],
])('a discovery document that %s is not believed', async (_, lies) => {
  stack = await startJwtGateway({}, (issuer) => issuer.lie(lies));
  expect(await stack.readiness()).toBe(503);
  expect(fetches()).toBe(0);
  expect(stack.logged.join('')).toMatch(/"reason":"(the discovery|jwks_uri|no discovery)/);
});
