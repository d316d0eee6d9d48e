import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type JWTPayload, SignJWT } from 'jose';

/** A fault in the response of an issuer to a request for its JWKS. */
export type IssuerFault = 'down' | 'hang' | 'empty' | 'garbage' | 'huge' | 'redirect' | 'symmetric';

type SigningKey = { kid: string; alg: string; privateKey: KeyObject; jwk: object };

/** An OIDC issuer on loopback with discovery, rotating keys, access tokens and a count of its requests. */
export type Issuer = {
  readonly url: string;
  /** Requests so far, by path. */
  readonly counts: Record<string, number>;
  /** The number of all requests so far. */
  requests(): number;
  fault(fault: IssuerFault | undefined): void;
  /** Replaces fields of the discovery document. */
  overrideDiscovery(document: object): void;
  delay(ms: number): void;
  /** Delays the response to the next JWKS request by this number of milliseconds; it contains the current keys. */
  delayNextKeySet(ms: number): void;
  /** Publishes a new key beside the old ones, or with `only` instead of them, and signs with it from now on. */
  rotate(options?: { alg?: string; only?: boolean }): SigningKey;
  /** The key that signs. */
  key(): SigningKey;
  /** An access token whose claims replace the default ones; undefined removes a claim. */
  token(claims?: Record<string, unknown>, header?: object, key?: SigningKey): Promise<string>;
  close(): Promise<void>;
};

export const audience = 'contactgraph';

function createKey(alg: string, kid: string): SigningKey {
  const { publicKey, privateKey } = keyPair(alg);
  return { kid, alg, privateKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg } };
}

function keyPair(alg: string): { publicKey: KeyObject; privateKey: KeyObject } {
  if (/^[RP]S/.test(alg)) return generateKeyPairSync('rsa', { modulusLength: 2048 });
  if (alg.startsWith('Ed')) return generateKeyPairSync('ed25519');
  const namedCurve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg] ?? 'P-256';
  return generateKeyPairSync('ec', { namedCurve });
}

export async function startIssuer(): Promise<Issuer> {
  const counts: Record<string, number> = {};
  let signing = createKey('ES256', 'key-1');
  let published = [signing];
  let fault: IssuerFault | undefined;
  let discoveryOverrides = {};
  let delayMs = 0;
  let keySetDelayMs = 0;

  function respond(request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    counts[path] = (counts[path] ?? 0) + 1;
    const json = (body: unknown) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const keys = published.map(({ jwk }) => jwk);
    if (fault === 'hang') return;
    if (fault === 'down') return void response.writeHead(503).end();
    if (path.endsWith('/openid-configuration'))
      return void json({ issuer: url, jwks_uri: `${url}/keys`, ...discoveryOverrides });
    if (fault === 'garbage') return void response.end('{"keys": [');
    // The body of the redirect has valid keys, which the gateway must not use.
    if (fault === 'redirect') {
      return void response.writeHead(302, { location: '/elsewhere' }).end(JSON.stringify({ keys }));
    }
    if (fault === 'huge') return void json({ keys, padding: 'x'.repeat(300_000) });
    if (fault === 'empty') return void json({ keys: [] });
    if (fault === 'symmetric') return void json({ keys: [{ kty: 'oct', k: 'AAAA', kid: signing.kid }] });
    setTimeout(json, keySetDelayMs, { keys });
    keySetDelayMs = 0;
  }

  const server = createServer((request, response) => void setTimeout(respond, delayMs, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    counts,
    requests: () => Object.values(counts).reduce((sum, count) => sum + count, 0),
    fault: (next) => {
      fault = next;
    },
    overrideDiscovery: (document) => {
      discoveryOverrides = document;
    },
    delay: (ms) => {
      delayMs = ms;
    },
    delayNextKeySet: (ms) => {
      keySetDelayMs = ms;
    },
    rotate({ alg = 'ES256', only = false } = {}) {
      signing = createKey(alg, `key-${Math.random()}`);
      published = only ? [signing] : [...published, signing];
      return signing;
    },
    key: () => signing,
    token(claims = {}, header = {}, { alg, kid, privateKey } = signing) {
      const now = Math.floor(Date.now() / 1000);
      const defaults = { iss: url, aud: audience, sub: 'ada', iat: now, exp: now + 300 };
      const payload: JWTPayload = JSON.parse(JSON.stringify({ ...defaults, ...claims }));
      return new SignJWT(payload).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The public key as PEM, which an algorithm confusion attack uses as an HMAC secret. */
export function pemOf({ privateKey }: SigningKey): string {
  return createPublicKey(privateKey).export({ format: 'pem', type: 'spki' }).toString();
}
