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
  (await stack.query(`Bearer ${await token}`, '{ viewer { scopes } }')).status;
const fetches = () => stack.issuer.counts['/keys'] ?? 0;
const faults: IssuerFault[] = ['down', 'empty', 'garbage', 'huge', 'redirect', 'symmetric'];
const minute = 60_000;
const patiently = { timeout: 9_000 };

describe('the gateway caches the JWKS of the issuer', () => {
  test('the JWKS is discovered and fetched once at the start, and used for all requests', async () => {
    stack = await startJwtGateway();
    expect(new Set(await Promise.all(Array.from({ length: 100 }, () => ask())))).toEqual(new Set([200]));
    expect(stack.issuer.counts).toEqual({ '/.well-known/openid-configuration': 1, '/keys': 1 });
    expect(await stack.readiness()).toBe(200);
  });

  test('the JWKS is fetched from JWKS_URL without discovery, if it is set', async () => {
    const other = await startJwtGateway();
    stack = await startJwtGateway({ JWKS_URL: `${other.issuer.url}/keys`, JWT_ISSUER: other.issuer.url });
    expect(await ask(other.issuer.token({ organization_id: demo.organizationId }))).toBe(200);
    expect([stack.issuer.requests(), other.issuer.counts['/keys']]).toEqual([0, 2]);
    await other.close();
  });

  test('after a start without a JWKS it is fetched once for 100 waiting requests', async () => {
    stack = await startJwtGateway({}, (issuer) => issuer.fault('down'));
    stack.issuer.fault(undefined);
    stack.issuer.delay(100);
    vi.advanceTimersByTime(6_000);
    expect(new Set(await Promise.all(Array.from({ length: 100 }, () => ask())))).toEqual(new Set([200]));
    expect(fetches()).toBe(1);
  });

  test('the JWKS is refreshed in the background, and no request waits or fails', async () => {
    stack = await startJwtGateway();
    vi.advanceTimersByTime(6 * minute);
    stack.issuer.fault('hang');
    const token = await stack.issuer.token({ organization_id: demo.organizationId });
    const before = Date.now();
    expect(await ask(Promise.resolve(token))).toBe(200);
    expect(Date.now() - before).toBeLessThan(4_000);
    await expect.poll(() => stack.issuer.counts['/.well-known/openid-configuration'], patiently).toBe(2);
  });

  test('keys are rotated without a failed request, and removed keys are no longer accepted', async () => {
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

  test('keys are rotated without a failed request while an earlier refresh is pending', async () => {
    stack = await startJwtGateway();
    const { token, key, rotate } = stack.issuer;
    const old = await token({ organization_id: demo.organizationId }, {}, key());
    vi.advanceTimersByTime(6 * minute);
    stack.issuer.delayNextKeySet(200); // The response has the current keys and arrives later.
    expect(await ask(Promise.resolve(old))).toBe(200);
    await expect.poll(fetches, patiently).toBe(2);
    rotate();
    expect(await ask()).toBe(200);
    expect(fetches()).toBe(3);
  });

  test('an unknown key causes a fetch of the JWKS at most once in 30 seconds', async () => {
    stack = await startJwtGateway();
    stack.issuer.rotate();
    expect(await ask()).toBe(200);
    stack.issuer.rotate();
    expect(await ask()).toBe(401);
    vi.advanceTimersByTime(30_000);
    expect(await ask()).toBe(200);
  });
});

describe.each(faults)(
  'an issuer whose JWKS response is %s makes the gateway unavailable only after an hour',
  (fault) => {
    test(`a gateway that starts while the JWKS response is ${fault} is not ready and logs a reason, until the JWKS can be fetched`, async () => {
      stack = await startJwtGateway({}, (issuer) => issuer.fault(fault));
      expect(await stack.readiness()).toBe(503);
      const answer = await stack.query(`Bearer ${await stack.issuer.token()}`, '{ viewer { scopes } }');
      expect(answer).toMatchObject({ status: 503, data: null });
      expect(answer.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }]);
      expect(stack.logged.join('')).toMatch(/"reason":"[\w ]+"/);
      expect(stack.logged.join('')).not.toContain(new URL(stack.issuer.url).host);
      expect(stack.issuer.counts['/elsewhere']).toBeUndefined();
      const asked = stack.issuer.requests();
      await Promise.all(Array.from({ length: 50 }, () => ask()));
      expect(stack.issuer.requests()).toBe(asked); // A failed fetch is not repeated for 5 seconds.
      stack.issuer.fault(undefined);
      vi.advanceTimersByTime(6_000);
      await expect.poll(() => stack.readiness(), patiently).toBe(200);
      expect(await ask()).toBe(200);
      expect(stack.logged.join('')).toContain('fetched again');
    });

    test(`the last valid JWKS is used for an hour while the JWKS response is ${fault}`, async () => {
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
  },
);

describe('an issuer that does not answer is waited for a limited time', () => {
  test('concurrent requests wait together at most 5 seconds for an issuer that does not answer', async () => {
    stack = await startJwtGateway();
    stack.issuer.fault('hang');
    const before = Date.now();
    stack.issuer.rotate();
    expect(new Set(await Promise.all([ask(), ask(), ask()]))).toEqual(new Set([401]));
    expect(Date.now() - before).toBeGreaterThan(4_000);
    expect(Date.now() - before).toBeLessThan(8_000);
    expect(stack.logged.join('')).toContain('timed out');
  });

  test('an operation waits for an issuer that does not answer only until its own deadline', async () => {
    stack = await startJwtGateway({ OPERATION_DEADLINE_MS: '300' }, (issuer) => issuer.fault('down'));
    stack.issuer.fault('hang');
    vi.advanceTimersByTime(6_000);
    const before = Date.now();
    expect(await ask()).toBe(504);
    expect(Date.now() - before).toBeLessThan(4_000);
  });

  test('the gateway starts although the issuer does not answer, and is not ready', async () => {
    stack = await startJwtGateway({}, (issuer) => issuer.fault('hang'));
    expect(await stack.readiness()).toBe(503);
  });
});

test.each([
  ['names another issuer', { issuer: 'https://evil.example' }],
  ['has a JWKS address with plain HTTP on another host', { jwks_uri: 'http://192.0.2.1/keys' }],
  ['has a JWKS address of a file', { jwks_uri: 'file:///etc/passwd' }],
  ['has no JWKS address', { jwks_uri: undefined }],
])('a discovery document that %s is not used', async (_, lies) => {
  stack = await startJwtGateway({}, (issuer) => issuer.overrideDiscovery(lies));
  expect(await stack.readiness()).toBe(503);
  expect(fetches()).toBe(0);
  expect(stack.logged.join('')).toMatch(/"reason":"(the discovery|jwks_uri|no discovery)/);
});
