import { request } from 'undici';
import type { Config } from './config/config.ts';
import { createGateway } from './gateway.ts';
import { startHttpServer } from './http/server.ts';
import { createLog } from './log.ts';
import { startDemoMode } from './modes/demo.ts';
import { readExamples } from './plugins/graphiql/examples.ts';

/** Contacts to read from, and how often each query is made: V8 compiles what it has seen run some hundred times. */
const contacts = 50;
const rounds = 25;
const atOnce = 4;

/**
 * Makes the process fast before anybody waits for it: a cold one takes a second for what later takes a millisecond.
 *
 * A gateway of its own, configured like the one that is to serve, answers the queries of the examples, over sockets and
 * from an emulator of its own. Nothing of that is kept but the compiled code, and no call leaves this machine.
 */
export async function warmUp(config: Config): Promise<void> {
  const log = createLog('silent');
  const { close, ...connection } = await startDemoMode({ contacts });
  const alone = { ...config, mode: 'demo', valkeyUrl: undefined, publicSchema: false } as const;
  const gateway = createGateway({ config: alone, log, ...connection });
  const server = await startHttpServer(gateway.listener, '127.0.0.1', 0);
  const queries = readExamples().filter(({ query }) => !query.includes('mutation'));
  for (let round = 0; round < rounds; round += 1) {
    for (const { query } of queries) {
      await Promise.all(Array.from({ length: atOnce }, (_, nth) => ask(server.url, query, nth)));
    }
  }
  await server.stop(1_000);
  await gateway.close();
  await close();
}

/** @param nth makes identical requests different ones, which are not answered together */
async function ask(url: string, query: string, nth: number): Promise<void> {
  const headers = { 'content-type': 'application/json', 'cache-control': `no-cache, nth=${nth}` };
  const { body } = await request(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  await body.dump();
}
