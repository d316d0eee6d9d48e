import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import { createRevokedTokens } from '../../src/auth/revoked-tokens.ts';
import { createServiceDiscovery } from '../../src/auth/service-discovery.ts';
import { createTokenStatuses } from '../../src/auth/token-status.ts';
import { Secret } from '../../src/crypto/secret.ts';
import type { TokenCall } from '../../src/upstream/credential/credential.ts';
import { RefusedCalls } from '../../src/upstream/credential/refused-calls.ts';
import { createUsage } from '../../src/upstream/operation/usage.ts';
import { serviceBlock, serviceField } from '../../src/upstream/wire/index.ts';
import { type Fill, hashLength, type Store, store, unique } from './store.ts';

/** The stores that keep what is known about access tokens. */
export const tokenStores: readonly Store[] = [
  store('tokens that were read (passthrough), of 100 characters', 5_000, () => readTokens(100)),
  store('tokens that were read (passthrough), of 8,000 characters', 5_000, () => readTokens(8_000)),
  store('token status', 200_000, () => {
    const verdicts = createTokenStatuses();
    return (index) => verdicts.reject(unique(index, hashLength));
  }),
  store('revoked tokens', 200_000, () => {
    const tokens = createRevokedTokens();
    return (index) => tokens.revoke(unique(index, hashLength), undefined);
  }),
  store('tokens that are not revoked', 200_000, () => {
    const found = { record: async () => undefined, find: async () => false, isListening: () => true };
    const tokens = createRevokedTokens(() => ({ ...found, close: () => undefined }));
    return (index) => tokens.isRevoked(unique(index, hashLength));
  }),
  store('tokens without a service (passthrough)', 50_000, () => {
    const discovery = createServiceDiscovery({ statuses: createTokenStatuses(), onUnavailable: () => undefined });
    return (index) => discovery.refuse(unique(index, hashLength));
  }),
  store('calls that are not allowed, of one client key', 5_000, () => {
    const calls = new RefusedCalls();
    return (index) => calls.add({ method: 'GET', path: unique(index, 100) }, 0);
  }),
  store('services of tokens (passthrough), of one organization', 50_000, () => discoverServices(1)),
  store('services of tokens (passthrough), of 1,000 organizations', 2_000, () => discoverServices(1_000)),
];

function readTokens(length: number): Fill {
  const authenticate = authenticateByPassthrough({ organizationId: 'organization' });
  const part = Buffer.from('{}').toString('base64url');
  return (index) => {
    const claims = Buffer.from(JSON.stringify({ organizationId: 'o', index })).toString('base64url');
    const authorization = `Bearer ${part}.${claims}.${'x'.repeat(Math.max(1, length - claims.length - part.length))}`;
    return authenticate(new Headers({ authorization }), answerWith(undefined));
  };
}

/** Returns calls for the service of a token, which get this answer, parsed each time as from the network. */
function answerWith(json: unknown): TokenCall {
  const text = JSON.stringify(json ?? {});
  return {
    send: async () => ({ bytes: Buffer.alloc(0), json: JSON.parse(text) }),
    deadline: { signal: new AbortController().signal, endsAt: () => Number.POSITIVE_INFINITY },
    step: async (work) => (await work(createUsage())).value,
  };
}

/** @param organizations the number of organizations of each service */
function discoverServices(organizations: number): Fill {
  const discovery = createServiceDiscovery({ statuses: createTokenStatuses(1), onUnavailable: () => undefined });
  const ids = (name: string, count: number) => Array.from({ length: count }, (_, n) => `${name}-${n}`.padEnd(32, 'x'));
  const service = {
    [serviceBlock.organizations]: ids('organization', organizations),
    [serviceBlock.locations]: ids('location', 12),
  };
  const call = answerWith({ [serviceField.service]: service });
  return (index) => {
    const token = new Secret('token');
    const hash = unique(index, hashLength);
    return discovery.find({ token, hash, serviceId: 'service', expiresAt: undefined }, call);
  };
}
