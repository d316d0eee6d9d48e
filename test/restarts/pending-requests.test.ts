/** Every kind of request that is pending when the gateway stops is answered, and its answer closes the connection. */
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { logIn } from '../support/passthrough-gateway.ts';
import { runScript } from '../support/process.ts';
import { connectWithoutReading, httpRequest } from '../support/raw-client.ts';

const query = '{ contacts(first: 1) { nodes { __typename } } }';
const answer = '{"data":{"contacts":{"nodes":[{"__typename":"Contact"}]}}}';
const json = 'content-type: application/json';
const post = (path: string, body: string) => httpRequest('POST', path, [json, `content-length: ${body.length}`], body);

const whole = post('/graphql', JSON.stringify({ query }));

/** Requests, each in two parts: one is sent before the signal, the other one after it. */
const kinds: Record<string, readonly [request: string, rest: string, body: string]> = {
  'a POST': [whole, '', answer],
  'a POST on the path of Yoga': [post('/graphql?yoga', JSON.stringify({ query })), '', answer],
  'a GET': [
    httpRequest('GET', `/graphql?query=${encodeURIComponent(query)}`, ['graphql-require-preflight: 1'], ''),
    '',
    answer,
  ],
  'a batch': [post('/graphql', JSON.stringify([{ query }, { query }])), '', `[${answer},${answer}]`],
  'a body that is not complete': [whole.slice(0, -10), whole.slice(-10), answer],
};

test.each(['all', 'none'])(
  'requests of every kind that are pending are answered before the process ends, with ACCELERATORS=%s',
  async (ACCELERATORS) => {
    const emulator = await startEmulator({ contacts: 10 });
    const token = await logIn(emulator, emulator);
    const urls = { UPSTREAM_URL: emulator.url, ORGANIZATION_ID: emulator.organizationId };
    const gateway = runScript('src/main.ts', [], { PORT: '0', MAX_BATCH: '2', ACCELERATORS, ...urls });
    try {
      const [, url = ''] = await gateway.printed(/listens on (http:\S+)/);
      emulator.control.latency(1_000);
      const pending = Object.entries(kinds).map(async ([kind, [request, rest, body]]) => {
        const socket = await connectWithoutReading(url);
        socket.write(request.replace('\r\n', `\r\nauthorization: Bearer ${token}\r\n`));
        await gateway.printed(/the gateway stops/);
        socket.write(rest);
        const received = await text(socket);
        return [
          kind,
          /^HTTP\/1.1 (\d+)/.exec(received)?.[1],
          /connection: close/i.test(received),
          received.endsWith(body),
        ];
      });
      await expect.poll(() => emulator.control.loggedInFlight()).toBeGreaterThan(0);
      gateway.child.kill('SIGTERM');
      expect(await Promise.all(pending)).toEqual(Object.keys(kinds).map((kind) => [kind, '200', true, true]));
      expect(await gateway.exited).toBe(0);
    } finally {
      gateway.child.kill('SIGKILL');
      await emulator.close();
    }
  },
);
