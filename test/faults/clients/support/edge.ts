import { request } from 'node:http';
import { expect, type TestContext } from 'vitest';
import { demo } from '../../../../emulator/demo.ts';
import { type Emulator, startEmulator } from '../../../../emulator/emulator.ts';
import { startLiveGateway } from '../../../support/live-gateway.ts';
import { logIn } from '../../../support/passthrough-gateway.ts';
import { recordRow } from './row.ts';

/** A text in values, keys and headers of these tests that no response and no log may contain. */
const canary = 'canary';

/** A request to the gateway; without a method it is a POST with JSON and the token of the caller. */
export type ClientRequest = {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
};

export type ClientResponse = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  codes: readonly unknown[];
  /** CPU of this process, which has the client, the gateway and the emulator, in ms. */
  cpuMs: number;
};

/** What a request has to be answered with. */
export type Refusal = {
  status: readonly number[];
  /** The code of each error; none for a response that Node sends by itself or that has no body. */
  codes: readonly string[];
  /** Upstream calls of one request; none by default. */
  calls?: number;
};

/** A gateway in production mode that forwards the tokens of its callers, as a client sees it. */
export type Edge = {
  readonly emulator: Emulator;
  readonly url: string;
  readonly token: string;
  readonly logged: readonly string[];
  send(request: ClientRequest): Promise<ClientResponse>;
  post(params: unknown): Promise<ClientResponse>;
  /** Expects a refusal of the same request each time that it is sent, and that the gateway answers another one afterwards. */
  expectRefusal(test: TestContext, row: string, sent: string, request: ClientRequest, refusal: Refusal): Promise<void>;
  /** Expects the answer of a query whose result is known. It is the control of each test. */
  expectAlive(): Promise<void>;
  close(): Promise<void>;
};

const known = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;

/**
 * The longest time for which a refused request may occupy the process, in ms of CPU. The least of the repetitions counts:
 * all of them do the same work, and some also collect garbage and compile code.
 */
const maxCpuMs = 50;
const repetitions = 8;

/** @param env in addition to production mode, without the cache, so that each read is an upstream call */
export async function startEdge(env: Record<string, string>): Promise<Edge> {
  const emulator = await startEmulator({ contacts: 50, claims: true });
  const gateway = await startLiveGateway(emulator, {
    ...{ NODE_ENV: 'production', SWITCHED_OFF: 'cache,retry,rate-limit-gate' },
    ...{ ORGANIZATION_ID: emulator.organizationId, OPERATION_DEADLINE_MS: '20000' },
    ...env,
  });
  const token = await logIn(emulator, emulator);
  const { logged } = gateway;
  const { origin } = new URL(gateway.url);

  async function send(sent: ClientRequest): Promise<ClientResponse> {
    const start = process.cpuUsage();
    const response = await exchange(origin, {
      ...sent,
      headers: {
        ...(sent.method === 'GET' ? {} : { 'content-type': 'application/json' }),
        accept: 'application/graphql-response+json',
        authorization: `Bearer ${token}`,
        ...sent.headers,
      },
    });
    const { user, system } = process.cpuUsage(start);
    return { ...response, codes: codesOf(response.text), cpuMs: (user + system) / 1_000 };
  }
  const post = (params: unknown) => send({ body: JSON.stringify(params) });

  async function expectAlive(): Promise<void> {
    const { status, text } = await post({ query: known });
    expect({ status, body: JSON.parse(text) }).toEqual({
      status: 200,
      body: { data: { contact: { firstName: 'Ada' } } },
    });
  }

  await expectAlive(); // This request proves the token, which costs calls of its own.
  return {
    ...{ emulator, url: gateway.url, token, logged, send, post, expectAlive, close },
    async expectRefusal(test, row, sent, request, refusal) {
      emulator.control.clearLog();
      const responses: ClientResponse[] = [];
      for (let n = 0; n < repetitions; n += 1) responses.push(await send(request));
      const calls = emulator.control.calls().length / repetitions;
      const [{ status, codes }] = responses as [ClientResponse];
      const cpuMs = Math.min(...responses.map((response) => response.cpuMs));
      recordRow(test, { row, sent, status, code: String(codes[0] ?? '–'), calls, cpuMs });
      for (const response of responses) {
        expect(refusal.status).toContain(response.status);
        expect(response.codes.length).toBeLessThanOrEqual(5);
        expect(response.codes.filter((code) => !refusal.codes.includes(String(code)))).toEqual([]);
        if (refusal.codes.length > 0 && request.method !== 'HEAD') expect(response.codes).not.toEqual([]);
        expect(response.text).not.toContain(canary);
      }
      expect(calls).toBe(refusal.calls ?? 0);
      expect(cpuMs).toBeLessThan(maxCpuMs);
      expect(logged.filter((line) => line.includes(canary) || line.includes('internal error'))).toEqual([]);
      await expectAlive();
    },
  };

  async function close(): Promise<void> {
    await gateway.close();
    await emulator.close();
  }
}

function codesOf(text: string): readonly unknown[] {
  if (!text.startsWith('{')) return [];
  const { errors = [] } = JSON.parse(text) as { errors?: { extensions?: { code?: unknown } }[] };
  return errors.map(({ extensions }) => extensions?.code);
}

/** Sends one request over a connection of its own, because a refusal may close the connection. */
function exchange(
  origin: string,
  { method = 'POST', path = '/graphql', headers = {}, body = '' }: ClientRequest,
): Promise<Pick<ClientResponse, 'status' | 'headers' | 'text'>> {
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<typeof exchange>>>();
  let hasResponse = false;
  const call = request(`${origin}${path}`, { method, headers, agent: false }, (response) => {
    hasResponse = true;
    response.toArray().then((chunks: Buffer[]) => {
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    }, reject);
  });
  // The gateway may answer and close the connection before the client has sent its whole body.
  call.on('error', (error) => (hasResponse ? undefined : reject(error))).end(method === 'GET' ? undefined : body);
  return promise;
}
