import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { authenticateByPassthrough } from '../../../src/auth/passthrough.ts';
import type { Gateway } from '../../../src/gateway.ts';
import { type HttpServer, startHttpServer } from '../../../src/http/server.ts';
import { createLog } from '../../../src/log.ts';
import { createUpstreamClient, type UpstreamClient } from '../../../src/upstream/client/client.ts';
import { buildGateway } from '../../support/build-gateway.ts';
import { logIn as logInAt } from '../../support/passthrough-gateway.ts';

// The stack of one test file about identical pending operations. Each test begins with a gateway of its own.

/** The upstream, whose calls take `latencyMs`. */
export let emulator: Emulator;
let client: UpstreamClient;
/** The gateway, which `serve` replaces. */
export let gateway: Gateway;
/** The server of the gateway. */
export let server: HttpServer;
/** The token of the caller whose operations `ask` sends. */
export let token: string;
/** The lines of the log since the gateway was started or the test emptied it. */
export let logged: string[];

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 50, claims: true });
  client = createUpstreamClient({ url: emulator.url });
  token = await logIn(demo);
});
beforeEach(() => serve({}));
afterEach(async () => {
  await server.stop(0);
  await gateway.close();
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

/** Long enough that all requests of a test arrive before the first response is ready. */
export const latencyMs = 800;

/** Starts a gateway that has executed the document `ada`: only documents of the document cache are shared. */
export async function serve(env: Record<string, string>): Promise<void> {
  logged = [];
  const log = createLog('info', { write: (line: string) => void logged.push(line) });
  gateway = buildGateway({
    env: { UPSTREAM_URL: emulator.url, CACHE_BYTES: '0', ...env },
    client,
    authenticate: authenticateByPassthrough(),
    log,
  });
  server = await startHttpServer(gateway.listener, '127.0.0.1', 0);
  await ask(ada);
  logged.length = 0;
  emulator.control.reset();
  emulator.control.latency({ pattern: '.', ms: latencyMs });
}

/** Logs in at the upstream as one of its clients, and returns the token. */
export const logIn = (client: { clientKey: string; clientSecret: string }) => logInAt(emulator, client);

/** Headers of a request, the token of its caller, and a signal that closes its connection. */
export type More = { headers?: Record<string, string>; by?: string; signal?: AbortSignal };

/** Sends a query over a connection, and returns the body of its response. */
export async function ask(query: string, { headers, by = token, signal }: More = {}): Promise<string> {
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${by}`, ...headers },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  });
  return response.text();
}

/** A document with two upstream calls, which is in the document cache when a test begins. */
export const ada = `{ contact(by: {cid: "${demo.contactId}"}) { firstName devices { nodes { macAddress } } } }`;

/** The routes of the upstream calls in their order. */
export const routes = () => emulator.control.calls().map(({ route }) => route);

/** The lines of the log about operations. */
export const lines = () => logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'operation');

/** The number of executions. Upstream calls do not show it: identical reads of one caller share one call. */
export const executions = () => lines().filter(({ answeredWith }) => answeredWith === undefined).length;
