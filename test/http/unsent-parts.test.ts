// A client that stops reading an answer in parts is closed like one that stops reading a whole answer.
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { current, legacy, paths, startDelivering } from '../support/parts.ts';
import { bytesUntilClosed, connectWithoutReading, httpRequest } from '../support/raw-client.ts';

/** The second part of the answer has more bytes than the system buffers of one connection hold. */
const secondPartBytes = 29_000_000;
const longNames = Array.from({ length: 23 }, (_, n) => `${'x'.repeat(600)}${n}: cid`).join(' ');
const query = `{
  few: contacts(first: 8) { nodes { cid ... @defer { devices { totalCount } } } }
  ... @defer { a: contacts(first: 1000) { nodes { ...Long } } b: contacts(first: 1000) { nodes { ...Long } } }
}
fragment Long on Contact { ${longNames} }`;

describe.each(paths)('on %s', (_path, env) => {
  test.each([current, legacy, 'text/event-stream'])(
    'a client that accepts %s and stops reading after the first part is closed, and the calls that still waited are not made',
    async (accept) => {
      const { server, send, control, lines } = await startDelivering(
        {
          ...env,
          UPSTREAM_CONNECTIONS: '4',
          TRY_TIMEOUT_MS: '15000',
          QUEUE_WAIT_MS: '15000',
          MAX_RESPONSE_BYTES: '33554432',
        },
        { emulator: { contacts: 2_000 } },
        { writeTimeoutMs: 2_000, maxUnsentBytes: 1e9 },
      );
      const unsent = () => server.heldBytes().unsent;
      control.fault({ path: '/devices', kind: 'hang', times: Number.POSITIVE_INFINITY });

      const client = await connectWithoutReading(server.url);
      const body = JSON.stringify({ query });
      const headers = ['content-type: application/json', `content-length: ${body.length}`, `accept: ${accept}`];
      client.write(httpRequest('POST', '/graphql', headers, body));
      client.resume();
      const [first] = await once(client, 'data');
      client.pause();
      expect(String(first).slice(0, 2_000)).toContain('"hasNext":true');

      await expect.poll(() => control.counts().devices).toBe(4); // Four of the eight wait for a connection.
      await expect.poll(unsent).toBeGreaterThan(secondPartBytes);
      expect(control.abortedByClient()).toBe(0);
      expect((await send('{ viewer { scopes } }')).status).toBe(200);

      await expect.poll(unsent).toBe(0);
      expect(server.state().closedSlowClients).toBe(1);
      expect(await bytesUntilClosed(client)).toBeLessThan(secondPartBytes);
      await expect.poll(control.loggedInFlight).toBe(0);
      expect(control.abortedByClient()).toBe(4);
      await expect.poll(() => new Set(lines().flatMap(({ errors = [] }) => errors))).toEqual(new Set(['CLIENT_GONE']));

      control.clearFaults();
      expect((await send('{ contacts(first: 1) { nodes { devices { totalCount } } } }')).status).toBe(200);
      expect(control.counts().devices).toBe(5);
    },
  );
});
