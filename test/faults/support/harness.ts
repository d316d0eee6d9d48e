import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../emulator/emulator.ts';
import type { FaultRule } from '../../../emulator/faults.ts';
import { createAead } from '../../../src/crypto/aead.ts';
import { createCursorCipher } from '../../../src/crypto/cursor-cipher.ts';
import { startHttpServer } from '../../../src/http/server.ts';
import { type Answer, startGateway } from '../../support/gateway.ts';
import { heap, sockets } from './process.ts';

export type HarnessOptions = {
  env?: Record<string, string>;
  emulator?: EmulatorOptions;
  maxResponseBytes?: number;
  /** A proxy between the gateway and the emulator, which is closed with them. */
  proxy?: UpstreamProxy;
  /** Whether the gateway has its token before the test sets a fault; true by default. */
  isLoggedIn?: boolean;
};

export type UpstreamProxy = { url: string; forwardTo(url: string): void; close(): Promise<void> };

/** The response to a client and its duration. */
export type ClientResponse = {
  data: Answer['data'];
  errors: { path: string; code: unknown; retryable: unknown; retryAfter?: unknown }[];
  status: number;
  text: string;
  /** Milliseconds from the request to the end of the response. */
  ms: number;
};

export type QueryRequest = { query: string; variables?: Record<string, unknown> };

export type Harness = {
  emulator: Emulator;
  logged: readonly string[];
  deadlineMs: number;
  fault(...rules: readonly FaultRule[]): void;
  /** Sends a request over a new socket, and expects the response within the deadline. */
  query(request: QueryRequest): Promise<ClientResponse>;
  get(path: string): Promise<{ status: number; ms: number }>;
  /** How the calls since the last `calls()` ended, by route: a status, 0 for a broken connection, or `left` for a call that the gateway aborted. */
  calls(): Promise<Record<string, (number | 'left')[]>>;
  /** Clears the faults, and expects that the gateway answers and that no call, socket or memory of a fault remains. */
  recover(request: QueryRequest, whole: object): Promise<void>;
  close(): Promise<void>;
};

/** Milliseconds that a response may take beyond the deadline. */
const toleranceMs = 100;

/** Calls that start together for one contact. */
const branches = 4;

/** Bytes by which the heap may grow during a test, for compiled code and caches. */
const heapTolerance = 24 * 2 ** 20;

/** Starts the gateway with all resilience policies and real sockets on both sides. An attempt has 400 ms, an operation a second. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const socketsBefore = sockets();
  const emulator = await startEmulator({ contacts: 60, ...options.emulator });
  const { control } = emulator;
  const env = { OPERATION_DEADLINE_MS: '1000', TRY_TIMEOUT_MS: '400', SWITCHED_OFF: '', ...options.env };
  const { proxy, maxResponseBytes } = options;
  proxy?.forwardTo(emulator.url);
  const url = proxy?.url ?? emulator.url;
  const { gateway, logged, close } = await startGateway({
    env,
    client: { url, ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }) },
    shared: { emulator, cursorCipher: createCursorCipher(createAead([randomBytes(32)], 'cursor')) },
  });
  const server = await startHttpServer(gateway.listener, '127.0.0.1', 0);
  const deadlineMs = Number(env.OPERATION_DEADLINE_MS);
  const post = (request: QueryRequest) => send(`${server.url}/graphql`, JSON.stringify(request));
  if (options.isLoggedIn !== false) await post({ query: '{ contacts(first: 1) { nodes { cid } } }' });
  control.clearLog();
  const heapBefore = heap();
  const socketsOfCall = proxy === undefined ? 1 : 3;
  const activeRequests = { now: 0, peak: 0 };

  async function query(request: QueryRequest): Promise<ClientResponse> {
    const loop = monitorEventLoopDelay({ resolution: 10 });
    loop.enable();
    activeRequests.now += 1;
    activeRequests.peak = Math.max(activeRequests.peak, activeRequests.now);
    const { status, text, ms } = await post(request);
    activeRequests.now -= 1;
    loop.disable();
    // On a busy machine every event is late by at most one iteration of the event loop, whose longest duration is measured
    // here. The connection, the request, the timer and the response each wait for one iteration.
    expect(ms).toBeLessThanOrEqual(deadlineMs + toleranceMs + (4 * loop.max) / 1e6);
    return { ...toClientResponse(text), status, text, ms };
  }

  return {
    ...{ emulator, logged, deadlineMs, query: query },
    fault: (...rules) => rules.forEach(control.fault),
    get: (path) => send(`${server.url}${path}`),
    async calls() {
      await expect.poll(control.loggedInFlight).toBe(0);
      const ends = Map.groupBy(control.calls(), ({ route }) => route);
      control.clearLog();
      const endOf = ({ aborted, status }: { aborted: boolean; status: number }) => (aborted ? 'left' : status);
      return Object.fromEntries([...ends].map(([route, calls]) => [route, calls.map(endOf)]));
    },
    async recover(request, whole) {
      await expect.poll(control.loggedInFlight).toBe(0);
      control.clearFaults();
      // The rate-limit gate after a 429 and the pause after a failed login end after some time.
      await expect.poll(() => query(request), { timeout: 5_000 }).toMatchObject({ data: whole, errors: [] });
      // The pool keeps at most as many sockets as were in use at the same time, and one for a login.
      const maxSockets = activeRequests.peak * branches + 1;
      await expect.poll(() => sockets() - socketsBefore).toBeLessThanOrEqual(maxSockets * socketsOfCall);
      expect(heap() - heapBefore).toBeLessThan(heapTolerance);
    },
    async close() {
      await server.stop(0);
      await close();
      await proxy?.close();
      await emulator.close();
      await expect.poll(sockets).toBe(socketsBefore);
    },
  };
}

function toClientResponse(text: string): Pick<ClientResponse, 'data' | 'errors'> {
  const { data, errors = [] } = JSON.parse(text) as Pick<Answer, 'data'> & { errors?: Answer['errors'] };
  return {
    data,
    errors: errors.map(({ path = [], extensions: { code, retryable, retryAfter } }) => ({
      ...{ path: path.join('.'), code, retryable },
      ...(retryAfter === undefined ? {} : { retryAfter }),
    })),
  };
}

/** Sends a request over a new connection, so that no open socket belongs to the client. */
function send(url: string, body?: string): Promise<{ status: number; text: string; ms: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof send>>>();
  const method = body === undefined ? 'GET' : 'POST';
  const startedAt = performance.now();
  request(url, { method, agent: false, headers: { 'content-type': 'application/json' } }, (response) => {
    response.toArray().then((chunks: Buffer[]) => {
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, text, ms: performance.now() - startedAt });
    }, reject);
  })
    .on('error', reject)
    .end(body);
  return promise;
}
