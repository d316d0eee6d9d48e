import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { publicApp } from '../../emulator/demo.ts';
import {
  ada,
  ask,
  emulator,
  executions,
  gateway,
  lines,
  logged,
  logIn,
  routes,
  serve,
  server,
  token,
} from './support/deduplicating-gateway.ts';

describe('with cached reads', () => {
  beforeEach(async () => {
    await server.stop(0);
    await gateway.close();
    await serve({ CACHE_BYTES: '10000000' });
    emulator.control.reset();
  });

  /** Sends all requests at once on connections of their own, so that the gateway reads them in one tick of the event loop. */
  async function askInOneTick(...requests: [query: string, by?: string][]): Promise<string[]> {
    const { port, hostname } = new URL(server.url);
    const sockets = requests.map(() => connect(Number(port), hostname));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await sleep(20); // The gateway needs time to accept the connections.
    const answers = sockets.map((socket) => text(socket));
    for (const [n, [query, by = token]] of requests.entries()) {
      const body = JSON.stringify({ query });
      const headers = [`content-length: ${body.length}`, `authorization: Bearer ${by}`, 'connection: close'];
      const head = ['POST /graphql HTTP/1.1', 'host: gateway', 'content-type: application/json', ...headers];
      sockets[n]?.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    }
    return (await Promise.all(answers)).map((answer) => answer.slice(answer.indexOf('\r\n\r\n')));
  }

  test('identical queries that are read in one tick are executed once', async () => {
    await ask(ada);
    emulator.control.clearLog();
    logged.length = 0;
    const answers = await askInOneTick([ada], [ada], [ada]);
    expect(answers[0]).toContain('"Ada"');
    expect(new Set(answers).size).toBe(1);
    expect(routes()).toEqual([]);
    expect(executions()).toBe(1);
    expect(lines().filter(({ answeredWith }) => answeredWith !== undefined)).toHaveLength(2);
  });

  test('a query that arrives after the response of an identical one is executed again', async () => {
    for (let n = 0; n < 3; n += 1) await ask(ada);
    expect(executions()).toBe(3);
  });

  test('identical queries of two callers are executed twice', async () => {
    const other = await logIn(publicApp);
    await askInOneTick([ada], [ada, other]);
    expect(executions()).toBe(2);
  });

  test.each(['mutation { updateContact(input: {id: "x"}) { userErrors { code } } }', '{ contacts { totalCount } }'])(
    'identical mutations and lists are executed one by one: %s',
    async (query) => {
      await ask(query);
      logged.length = 0;
      await askInOneTick([query], [query]);
      expect(executions()).toBe(2);
    },
  );
});
