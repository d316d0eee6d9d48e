// Stores of passthrough mode whose keys are hashes of tokens: a caller can make up any number of tokens.
import { expect, test } from 'vitest';
import { createRevokedTokens } from '../../src/auth/revoked-tokens.ts';
import { createServiceDiscovery } from '../../src/auth/service-discovery.ts';
import { createTokenStatuses } from '../../src/auth/token-status.ts';
import { Secret } from '../../src/crypto/secret.ts';
import type { TokenCall } from '../../src/upstream/credential/credential.ts';
import { createUsage } from '../../src/upstream/operation/usage.ts';
import { serviceBlock, serviceField } from '../../src/upstream/wire/index.ts';
import { noTokenCall } from '../support/token-call.ts';

function discovery() {
  return createServiceDiscovery({ statuses: createTokenStatuses(), onUnavailable: () => undefined });
}

const described = (hash: string) => ({
  ...{ hash, token: new Secret('token'), serviceId: 'service', expiresAt: undefined },
});

/** A call that answers with a service of one organization and this number of locations, with ids of 32 characters. */
function serviceWith(locations: number): TokenCall {
  const ids = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}`.padEnd(32, 'x'));
  const service = {
    [serviceBlock.organizations]: ids('organization', 1),
    [serviceBlock.locations]: ids('location', locations),
  };
  return {
    ...noTokenCall,
    send: async () => ({ bytes: Buffer.alloc(0), json: { [serviceField.service]: service } }),
    step: async (work) => (await work(createUsage())).value,
  };
}

test('the status of 50,000 tokens is kept, and then the least recently used one goes', () => {
  const statuses = createTokenStatuses();
  for (let n = 0; n < 50_000; n += 1) statuses.reject(`token-${n}`);
  expect(statuses.find('token-0')).toBe('rejected');
  statuses.reject('one more');
  expect(['token-0', 'token-1', 'token-2', 'one more'].map(statuses.find)).toEqual([
    'rejected',
    undefined,
    'rejected',
    'rejected',
  ]);
});

test('50,000 revoked tokens are kept, and then the least recently revoked one goes, which the upstream refuses by itself', async () => {
  const tokens = createRevokedTokens();
  for (let n = 0; n < 50_000; n += 1) await tokens.revoke(`token-${n}`, undefined);
  expect(tokens.has('token-0')).toBe(true);
  await tokens.revoke('one more', undefined);
  expect(['token-0', 'token-1', 'one more'].map(tokens.has)).toEqual([false, true, true]);
});

test('of tokens that were looked up at other replicas 50,000 are kept, and the least recently used ones are looked up again', async () => {
  let lookups = 0;
  const tokens = createRevokedTokens(() => ({
    record: async () => undefined,
    isListening: () => true,
    close: () => undefined,
    async find() {
      lookups += 1;
      return false;
    },
  }));
  for (let n = 0; n < 50_000; n += 1) await tokens.isRevoked(`token-${n}`);
  await tokens.isRevoked('token-0');
  expect(lookups).toBe(50_000);
  await tokens.isRevoked('one more');
  await tokens.isRevoked('token-0');
  await tokens.isRevoked('token-1');
  expect(lookups).toBe(50_002);
});

test('10,000 tokens without a service are kept, and then the least recently used one goes', () => {
  const { refuse, isRefused } = discovery();
  for (let n = 0; n < 10_000; n += 1) refuse(`token-${n}`);
  expect(isRefused('token-0')).toBe(true);
  refuse('one more');
  expect(['token-0', 'token-1', 'token-2', 'one more'].map(isRefused)).toEqual([true, false, true, true]);
});

test.each([
  ['one organization and no location', 0, 12_000],
  ['one organization and 1,000 locations', 1_000, 120],
])(
  'services with %s are kept up to 8 MB by their weight, and then the least recently used one goes',
  async (_, locations, fitting) => {
    const { find, cached } = discovery();
    const call = serviceWith(locations);
    const isKept = (n: number) => cached(described(`token-${n}`)) !== undefined;
    for (let n = 0; n < fitting; n += 1) await find(described(`token-${n}`), call);
    expect(isKept(0)).toBe(true);
    for (let n = fitting; n < 1.25 * fitting; n += 1) await find(described(`token-${n}`), call);
    expect([isKept(1), isKept(1.25 * fitting - 1)]).toEqual([false, true]);
  },
);
