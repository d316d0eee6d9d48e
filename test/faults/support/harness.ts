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
  /** What stands between the gateway and the emulator, and is closed with them. */
  between?: Between;
  /** Whether the gateway has its token before anything goes wrong; by default it has. */
  isLoggedIn?: boolean;
};

export type Between = { url: string; leadTo(url: string): void; close(): Promise<void> };

/** What a client got, and when. */
export type Told = {
  data: Answer['data'];
  errors: { path: string; code: unknown; retryable: unknown; retryAfter?: unknown }[];
  status: number;
  text: string;
  /** From the request to the end of the answer. */
  ms: number;
};

export type Question = { query: string; variables?: Record<string, unknown> };

export type Harness = {
  emulator: Emulator;
  logged: readonly string[];
  deadlineMs: number;
  fault(...rules: readonly FaultRule[]): void;
  /** Asks over a socket of its own, and sees that the answer comes in time. */
  ask(question: Question): Promise<Told>;
  get(path: string): Promise<{ status: number; ms: number }>;
  /** How the calls since the last look ended, by route: with a status, 0 for a broken connection, or `left` by the gateway. */
  calls(): Promise<Record<string, (number | 'left')[]>>;
  /** That nothing of a fault remains once it is over: no call, no socket, no memory; and that the gateway answers. */
  recover(question: Question, whole: object): Promise<void>;
  close(): Promise<void>;
};

/** Time that an answer may take beside its deadline. */
const slackMs = 100;

/** Calls that are begun together for one contact. */
const branches = 4;

/** Bytes that a process may weigh more after a fault: what its code and its caches took in the meantime. */
const heapSlack = 24 * 2 ** 20;

/** The gateway with everything switched on, over real sockets on both sides; a try has 400 ms, an operation a second. */
export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const socketsBefore = sockets();
  const emulator = await startEmulator({ contacts: 60, ...options.emulator });
  const { control } = emulator;
  const env = { OPERATION_DEADLINE_MS: '1000', TRY_TIMEOUT_MS: '400', SWITCHED_OFF: '', ...options.env };
  const { between, maxResponseBytes } = options;
  between?.leadTo(emulator.url);
  const url = between?.url ?? emulator.url;
  const { gateway, logged, close } = await startGateway({
    env,
    client: { url, ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }) },
    shared: { emulator, cursors: createCursorCipher(createAead([randomBytes(32)], 'cursor')) },
  });
  const server = await startHttpServer(gateway.listener, '127.0.0.1', 0);
  const deadlineMs = Number(env.OPERATION_DEADLINE_MS);
  const post = (question: Question) => send(`${server.url}/graphql`, JSON.stringify(question));
  if (options.isLoggedIn !== false) await post({ query: '{ contacts(first: 1) { nodes { cid } } }' });
  control.clearLog();
  const heapBefore = heap();
  const socketsOfCall = between === undefined ? 1 : 3;
  const asking = { now: 0, peak: 0 };

  async function ask(question: Question): Promise<Told> {
    const loop = monitorEventLoopDelay({ resolution: 10 });
    loop.enable();
    asking.now += 1;
    asking.peak = Math.max(asking.peak, asking.now);
    const { status, text, ms } = await post(question);
    asking.now -= 1;
    loop.disable();
    // On a busy machine all is late, this test too: by how much a turn, its own loop knows. Connection, request, timer and
    // answer each wait for one.
    expect(ms).toBeLessThanOrEqual(deadlineMs + slackMs + (4 * loop.max) / 1e6);
    return { ...toTold(text), status, text, ms };
  }

  return {
    ...{ emulator, logged, deadlineMs, ask },
    fault: (...rules) => rules.forEach(control.fault),
    get: (path) => send(`${server.url}${path}`),
    async calls() {
      await expect.poll(control.loggedInFlight).toBe(0);
      const ends = Map.groupBy(control.calls(), ({ route }) => route);
      control.clearLog();
      const endOf = ({ aborted, status }: { aborted: boolean; status: number }) => (aborted ? 'left' : status);
      return Object.fromEntries([...ends].map(([route, calls]) => [route, calls.map(endOf)]));
    },
    async recover(question, whole) {
      await expect.poll(control.loggedInFlight).toBe(0);
      control.clearFaults();
      // What a 429 or a login that failed has closed opens when its time has come.
      await expect.poll(() => ask(question), { timeout: 5_000 }).toMatchObject({ data: whole, errors: [] });
      // What the pool keeps for the next: no more than were needed at once, and that of a login.
      const kept = asking.peak * branches + 1;
      await expect.poll(() => sockets() - socketsBefore).toBeLessThanOrEqual(kept * socketsOfCall);
      expect(heap() - heapBefore).toBeLessThan(heapSlack);
    },
    async close() {
      await server.stop(0);
      await close();
      await between?.close();
      await emulator.close();
      await expect.poll(sockets).toBe(socketsBefore);
    },
  };
}

function toTold(text: string): Pick<Told, 'data' | 'errors'> {
  const { data, errors = [] } = JSON.parse(text) as Pick<Answer, 'data'> & { errors?: Answer['errors'] };
  return {
    data,
    errors: errors.map(({ path = [], extensions: { code, retryable, retryAfter } }) => ({
      ...{ path: path.join('.'), code, retryable },
      ...(retryAfter === undefined ? {} : { retryAfter }),
    })),
  };
}

/** A request with a connection of its own, so that what stays open is none of the client's. */
function send(url: string, body?: string): Promise<{ status: number; text: string; ms: number }> {
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof send>>>();
  const method = body === undefined ? 'GET' : 'POST';
  const began = performance.now();
  request(url, { method, agent: false, headers: { 'content-type': 'application/json' } }, (response) => {
    response.toArray().then((chunks: Buffer[]) => {
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, text, ms: performance.now() - began });
    }, reject);
  })
    .on('error', reject)
    .end(body);
  return promise;
}
