// An HTTP proxy, an http upstream and an https upstream for each test of a file, and clients that are closed after the test.
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach } from 'vitest';
import { readConfig } from '../../../../src/config/config.ts';
import { createUpstreamClient, type LiveUpstreamClient } from '../../../../src/upstream/client/client.ts';
import { makeCertificates } from '../../../faults/support/certificates.ts';
import { type HttpProxy, startHttpProxy } from '../../../support/http-proxy.ts';
import { type RawUpstream, startRawUpstream } from '../../../support/raw-upstream.ts';

const certificates = makeCertificates();
setDefaultCACertificates([certificates.authority]);

/** A certificate for 127.0.0.1, which the clients trust. */
export const { good } = certificates;

/** The proxy of the current test. */
export let proxy: HttpProxy;
/** The http upstream. */
export let plain: RawUpstream;
/** The https upstream, and the number of its requests. */
export let secure: Server & { requests: number };
/** The port of the https upstream. */
export let securePort = 0;
/** The clients that are closed after the test. */
export const clients: LiveUpstreamClient[] = [];

beforeEach(async () => {
  await startProxy();
  plain = await startRawUpstream((_, response) => response.setHeader('content-type', 'application/json').end('{}'));
  secure = Object.assign(createServer(good), { requests: 0 });
  secure.on('request', (request, response) => {
    secure.requests += 1;
    request.resume();
    response.setHeader('content-type', 'application/json').end('{}');
  });
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  securePort = (secure.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
  await proxy.close();
  await plain.close();
  secure.close();
  secure.closeAllConnections();
});

/** Starts the proxy of the current test, also in place of one that was closed. */
export async function startProxy(): Promise<void> {
  proxy = await startHttpProxy();
}

/** Creates a client with the proxy that these variables set. */
export function createClient(url: string, env: Record<string, string>): LiveUpstreamClient {
  const client = createUpstreamClient({ url, proxy: readConfig(env).proxy });
  clients.push(client);
  return client;
}

/** Sends a call, and returns the error of a failure. */
export function send(
  client: LiveUpstreamClient,
  kind: 'read' | 'write' = 'read',
  timeoutMs?: number,
): Promise<unknown> {
  const { signal } = new AbortController();
  const call = kind === 'read' ? ({ method: 'GET' } as const) : ({ method: 'POST', body: { a: 1 } } as const);
  return client.send({ kind, ...call, path: '/a', signal }, timeoutMs).then(
    () => 'answered',
    (error: unknown) => error,
  );
}

/** Returns the URL of the https upstream. */
export const secureUrl = () => `https://127.0.0.1:${securePort}`;

/** Returns the URL of the proxy with credentials, which are percent-encoded. */
export const withCredentials = (text: string) => `http://${text}@127.0.0.1:${proxy.port}`;
