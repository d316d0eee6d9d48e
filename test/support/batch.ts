import { afterEach } from 'vitest';
import { startHttpServer } from '../../src/http/server.ts';
import { type Answer, startGateway, type TestGatewayOptions, toAnswer } from './gateway.ts';

/** One entry of the answer to a batch. */
export type Entry = Pick<Answer, 'data'> & {
  errors?: Answer['errors'];
  extensions?: { cost: Record<string, unknown> };
};

/** The variables of a gateway for each of the two paths on which a batch may arrive. */
export const paths: [string, Record<string, string>][] = [
  ['the fast path', {}],
  ["Yoga's path", { ACCELERATORS: 'none' }],
];

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** Starts a gateway that accepts batches of five operations, is logged in, and ends with the test. */
export async function startBatching(env: Record<string, string> = {}, options: TestGatewayOptions = {}) {
  const stack = await startGateway({ emulator: { contacts: 60 }, ...options, env: { MAX_BATCH: '5', ...env } });
  ends.push(() => stack.close());
  const server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  ends.push(() => server.stop(0));
  await stack.query('{ contacts(first: 1) { nodes { cid } } }');
  stack.emulator.control.clearLog();
  stack.logged.length = 0;
  /** Sends a body as JSON over a socket. */
  async function send(body: unknown, headers?: Record<string, string>, signal?: AbortSignal): Promise<Answer> {
    const abortable = signal === undefined ? {} : { signal };
    const init = { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
    return toAnswer(await fetch(`${server.url}/graphql`, { method: 'POST', ...init, ...abortable }));
  }
  return {
    stack,
    send,
    /** The number of calls that the upstream has received. */
    calls: () => stack.emulator.control.calls().length,
    /** Sends a batch, and returns the entries of its answer. */
    async sendBatch(operations: readonly object[], headers?: Record<string, string>): Promise<Entry[]> {
      return JSON.parse((await send(operations, headers)).text);
    },
  };
}
