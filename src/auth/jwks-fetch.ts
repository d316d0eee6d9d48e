import { createPublicKey } from 'node:crypto';
import type { JSONWebKeySet, JWK } from 'jose';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { Detail } from '../errors.ts';
import { parseJsonBytes } from '../http-message/json-text.ts';
import { readResponseBody } from '../upstream/client/body.ts';
import { createProxyDispatcher, explainProxyError, type ProxyConfig } from '../upstream/client/proxy.ts';

/** Fetches the issuer's public keys. @throws {Detail} with the reason for a failure, which quotes no values */
export type FetchJwks = () => Promise<JSONWebKeySet>;

/** The issuer, and the address and the time-out of the fetch. */
export type JwksFetchOptions = {
  issuer: string;
  /** The address of the keys; without it, the address in the issuer's discovery document. */
  jwksUrl: string | undefined;
  timeoutMs?: number;
  /** The HTTP proxy, which may exclude the issuer's host. */
  proxy?: ProxyConfig | undefined;
  /** Called when a fetch leaves out another number of members of the key set than the fetch before. */
  onSkippedKeys?: (count: number) => void;
};

/** The maximum size of a response in bytes; a key set and a discovery document have a few kB. */
const maxBytes = 256 * 1024;
const maxKeys = 100;

/** Symmetric and private keys are left out: they do not belong in a public set. */
const publicKey = z.looseObject({ kty: z.string(), k: z.undefined().optional(), d: z.undefined().optional() });
/** A `null` means the same as a member that is absent. */
const withoutNulls = z.record(z.string(), z.unknown()).transform((key) => {
  return Object.fromEntries(Object.entries(key).filter(([, value]) => value !== null));
});
const keySet = z.object({ keys: z.array(z.unknown()).max(maxKeys) });
const discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });

/** Creates the fetch of an issuer's keys. Only the configuration and the issuer name addresses, never a token; redirects are not followed. */
export function createJwksFetch({ issuer, jwksUrl, timeoutMs = 5_000, proxy, onSkippedKeys }: JwksFetchOptions) {
  let skipped = 0;
  const agentOptions = { connections: 1, connectTimeout: timeoutMs };
  const dispatcher = proxy === undefined ? new Agent(agentOptions) : createProxyDispatcher(proxy, agentOptions);

  async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
    const response = await request(url, { dispatcher, signal, headers: { accept: 'application/json' } });
    if (response.statusCode !== 200) {
      response.body.on('error', () => undefined).destroy();
      throw new Detail(`status ${response.statusCode}`);
    }
    const bytes = await readResponseBody(response, maxBytes).catch(() => {
      throw new Detail('no body within the size limit');
    });
    try {
      return parseJsonBytes(bytes);
    } catch {
      throw new Detail('no JSON');
    }
  }

  async function discover(signal: AbortSignal): Promise<string> {
    const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, signal);
    const found = discovery.safeParse(document).data;
    if (found === undefined) throw new Detail('no discovery document');
    if (found.issuer !== issuer) throw new Detail('the discovery document is of another issuer');
    // Plain http is allowed for an issuer on loopback only, which is one for tests or development.
    const loopback = issuer.startsWith('http:') && isLoopback(found.jwks_uri);
    if (URL.parse(found.jwks_uri)?.protocol !== 'https:' && !loopback) throw new Detail('jwks_uri is not https');
    return found.jwks_uri;
  }

  async function fetchKeys(): Promise<JSONWebKeySet> {
    const signal = AbortSignal.timeout(timeoutMs);
    const url = jwksUrl === undefined ? discover(signal) : Promise.resolve(jwksUrl);
    const answer = await url
      .then((found) => fetchJson(found, signal))
      .catch((error: unknown) => {
        throw signal.aborted ? new Detail('timed out') : explainProxyError(error);
      });
    const members = keySet.safeParse(answer).data?.keys;
    if (members === undefined) throw new Detail('no key set');
    const keys = members.map(toPublicKey).filter((key) => key !== undefined);
    const left = members.length - keys.length;
    if (left !== skipped) onSkippedKeys?.(left);
    skipped = left;
    if (keys.length === 0) throw new Detail('an empty key set');
    return { keys };
  }

  return { fetchKeys, close: () => dispatcher.destroy() };
}

/** @returns undefined for a member that is no public key, is of an unknown type, or is broken: it must not stop the others */
function toPublicKey(member: unknown): JWK | undefined {
  const key = withoutNulls.pipe(publicKey).safeParse(member).data;
  if (key === undefined) return undefined;
  try {
    const jwk = key as object as JWK; // with a `kty`, and without the members of a private key
    createPublicKey({ key: jwk, format: 'jwk' });
    return jwk;
  } catch {
    return undefined;
  }
}

/** Whether an address is plain http on loopback. */
function isLoopback(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}
