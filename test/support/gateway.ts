import type { Plugin } from 'graphql-yoga';
import { expect } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts';
import { authenticateAsFixedCaller } from '../../src/auth/authenticate.ts';
import type { CursorCipher } from '../../src/crypto/cursor-cipher.ts';
import { Secret } from '../../src/crypto/secret.ts';
import type { Gateway } from '../../src/gateway.ts';
import type { IdempotencyStore } from '../../src/idempotency/store.ts';
import { createLog } from '../../src/log.ts';
import type { GatewayObservers } from '../../src/metrics/observers.ts';
import type { Tracing } from '../../src/tracing/tracing.ts';
import { createUpstreamClient } from '../../src/upstream/client/client.ts';
import { createServiceCredential } from '../../src/upstream/credential/service-credential.ts';
import type { ScrollSessionStore } from '../../src/upstream/pagination/session-store.ts';
import { scopes } from '../../src/upstream/wire/index.ts';
import type { WriteLog } from '../../src/upstream/write-log/write-log.ts';
import { buildGateway, openGateway } from './build-gateway.ts';

export type Answer = {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the shape of the data depends on the query of each test
  data: any;
  errors: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[];
  text: string;
};

export type TestGateway = {
  gateway: Gateway;
  emulator: Emulator;
  /** Sends a query as a client would: JSON in, JSON out, over Yoga's own fetch. */
  query(query: string, variables?: Record<string, unknown>, headers?: Record<string, string>): Promise<Answer>;
  /** Lines that the gateway has logged. */
  logged: string[];
  close(): Promise<void>;
};

export type TestGatewayOptions = {
  emulator?: EmulatorOptions;
  env?: Record<string, string>;
  /** Plugins that are not the gateway's own. */
  plugins?: readonly Plugin[];
  client?: { url?: string; maxResponseBytes?: number };
  /** Are told what happens in the gateway and in its upstream client. */
  observers?: GatewayObservers;
  clientKey?: { clientKey: string; clientSecret: string };
  /** Whether lines of the level `debug` are logged. */
  debug?: boolean;
  /** What makes spans. */
  tracing?: Tracing;
  /** Whether callers can be authenticated now. */
  isReady?: () => boolean;
  /** Organizations for customer sessions in addition to that of the emulator. */
  organizations?: readonly { organizationId: string; clientKey: string; clientSecret: string }[];
  /** Objects that a gateway shares with its replicas. The caller closes them. */
  shared?: {
    emulator: Emulator;
    cursorCipher: CursorCipher;
    scrollSessionStore?: ScrollSessionStore;
    writeLog?: WriteLog;
    idempotencyStore?: IdempotencyStore;
  };
};

/**
 * Most tests count the calls of an operation, so by default no read is cached, retried, or delayed after a 429. Tests of
 * the cache, the retries and the rate-limit gate switch these on. The deadline is long, because no result may depend on the speed
 * of the machine.
 */
const testDefaults = {
  SWITCHED_OFF: 'cache,retry,rate-limit-gate',
  OPERATION_DEADLINE_MS: '20000',
};

/** Starts a gateway with an upstream client and an emulator, connected by real sockets. Nothing is mocked. */
export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const emulator = options.shared?.emulator ?? (await startEmulator({ contacts: 2_000, ...options.emulator }));
  const { observers } = options;
  const client = createUpstreamClient({
    ...{ url: emulator.url, observers: observers && [observers.onAttempt] },
    ...options.client,
  });
  const { clientKey, clientSecret } = options.clientKey ?? emulator;
  const credential = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
  const credentials = new Map([[emulator.organizationId, credential]]);
  for (const { organizationId, clientKey, clientSecret } of options.organizations ?? []) {
    const other = createServiceCredential({ client, clientKey, clientSecret: new Secret(clientSecret) });
    credentials.set(organizationId, other);
  }
  const logged: string[] = [];
  const { organizationId } = emulator;
  // A test that gives stores makes replicas itself.
  const open =
    options.shared?.scrollSessionStore || options.shared?.writeLog || options.shared?.idempotencyStore
      ? buildGateway
      : openGateway;
  const gateway = await open({
    env: { ...testDefaults, ...options.env },
    client,
    authenticate: authenticateAsFixedCaller({ organizationId, subject: 'test', scopes, credential }),
    organizationIds: [...credentials.keys()],
    findCredential: (cid) => credentials.get(cid),
    log: createLog(options.debug ? 'debug' : 'info', { write: (line: string) => void logged.push(line) }),
    plugins: options.plugins ?? [],
    observers,
    ...(options.tracing && { tracing: options.tracing }),
    ...(options.isReady && { isReady: options.isReady }),
    ...(options.shared && { cursorCipher: options.shared.cursorCipher }),
    ...(options.shared?.scrollSessionStore && { scrollSessionStore: options.shared.scrollSessionStore }),
    ...(options.shared?.writeLog && { writeLog: options.shared.writeLog }),
    ...(options.shared?.idempotencyStore && { idempotencyStore: options.shared.idempotencyStore }),
  });
  expect(await gateway.loadDocuments()).toEqual([]);

  return {
    gateway,
    emulator,
    logged,
    query: (query, variables, headers) => postQuery(gateway, query, variables, headers),
    async close() {
      await gateway.close();
      await client.close();
      if (options.shared === undefined) await emulator.close();
    },
  };
}

/** What sends a request to a gateway: Yoga's own fetch, or one over a socket. */
export type GatewayClient = { fetch(url: string, init: RequestInit): Response | Promise<Response> };

/** Sends a query to a gateway as JSON. */
export async function postQuery(
  gateway: GatewayClient,
  query: string,
  variables?: object,
  headers?: object,
): Promise<Answer> {
  return postBody(gateway, JSON.stringify({ query, variables }), headers);
}

/** Sends a body to a gateway with the content type of JSON. */
export async function postBody(
  gateway: GatewayClient,
  body: string | Uint8Array<ArrayBuffer>,
  headers?: object,
): Promise<Answer> {
  const response = await gateway.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return toAnswer(response);
}

/** Reads a response once: its text, and the data and errors in it. */
export async function toAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const { data = null, errors = [] } = JSON.parse(text);
  return { status: response.status, headers: response.headers, data, errors, text };
}
