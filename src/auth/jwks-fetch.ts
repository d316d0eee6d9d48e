import type { JSONWebKeySet } from 'jose';
import { Agent, request } from 'undici';
import { z } from 'zod';
import { Detail } from '../errors.ts';
import { readResponseBody } from '../upstream/client/body.ts';

/** Fetches the issuer's public keys. @throws {Detail} that says why there are none, in words without values */
export type FetchJwks = () => Promise<JSONWebKeySet>;

export type JwksFetchOptions = {
  issuer: string;
  /** Where the keys are; what the issuer's discovery document says when it is not given. */
  jwksUrl: string | undefined;
  timeoutMs?: number;
};

/** In bytes: a key set is a few kB, and a discovery document too. */
const maxBytes = 256 * 1024;
const maxKeys = 100;

/** Symmetric and private keys have no business in a public set; a kind that nobody knows yet does no harm. */
const publicKey = z.looseObject({ kty: z.string(), k: z.undefined().optional(), d: z.undefined().optional() });
const keySet = z.object({ keys: z.array(z.unknown()).max(maxKeys) });
const discovery = z.object({ issuer: z.string(), jwks_uri: z.string() });

/** Whatever is fetched is named by the configuration or by the issuer, never by a token; no redirect is followed. */
export function createJwksFetch({ issuer, jwksUrl, timeoutMs = 5_000 }: JwksFetchOptions) {
  const dispatcher = new Agent({ connections: 1, connectTimeout: timeoutMs });

  async function fetchJson(url: string, signal: AbortSignal): Promise<unknown> {
    const response = await request(url, { dispatcher, signal, headers: { accept: 'application/json' } });
    if (response.statusCode !== 200) {
      response.body.on('error', () => undefined).destroy();
      throw new Detail(`status ${response.statusCode}`);
    }
    const bytes = await readResponseBody(response, maxBytes).catch(() => {
      throw new Detail('no body within bounds');
    });
    try {
      return JSON.parse(bytes.toString('utf8'));
    } catch {
      throw new Detail('no JSON');
    }
  }

  async function discover(signal: AbortSignal): Promise<string> {
    const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, signal);
    const found = discovery.safeParse(document).data;
    if (found === undefined) throw new Detail('no discovery document');
    if (found.issuer !== issuer) throw new Detail('the discovery document is of another issuer');
    // Only an issuer on loopback, in a test or on a desk, may keep its keys behind plain http.
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
        throw signal.aborted ? new Detail('timed out') : error;
      });
    const keys = keySet.safeParse(answer).data?.keys.filter((key) => publicKey.safeParse(key).success);
    if (keys === undefined) throw new Detail('no key set');
    if (keys.length === 0) throw new Detail('an empty key set');
    return { keys } as JSONWebKeySet; // each was just checked to have a `kty`
  }

  return { fetchKeys, close: () => dispatcher.destroy() };
}

/** Whether an address is plain http to this very machine. */
function isLoopback(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
}
