import { request } from 'undici';
import type { Config } from './config/config.ts';
import { createGateway } from './gateway.ts';
import { startHttpServer } from './http/server.ts';
import { createLog } from './log.ts';
import { startDemoMode } from './modes/demo.ts';
import { readExamples } from './plugins/graphiql/examples.ts';

/** Contacts of the emulator. */
const contacts = 50;

/** Each query is sent `rounds` × `concurrency` times: V8 optimizes functions that have run some hundred times. */
const rounds = 25;
const concurrency = 4;

/**
 * Makes the process fast before it listens: without it the first operations take a second instead of a millisecond.
 *
 * A second gateway with the same configuration answers the example queries over sockets, with an emulator as its upstream.
 * Only the compiled code remains, and no request leaves this machine.
 */
export async function warmUp(config: Config): Promise<void> {
  const log = createLog('silent');
  const { close, ...mode } = await startDemoMode({ contacts });
  // The examples are not trusted documents.
  const documents = { ...config.documents, files: [], mode: 'off', apqStoreBytes: undefined } as const;
  const http = { ...config.http, basePath: '' };
  const demoConfig = { ...config, documents, http, mode: 'demo', valkeyUrl: undefined, publicSchema: false } as const;
  const gateway = createGateway({ config: demoConfig, log, ...mode });
  const server = await startHttpServer(gateway.listener, '127.0.0.1', 0, { exclusive: true });
  const queries = readExamples().filter(({ query }) => !query.includes('mutation'));
  for (let round = 0; round < rounds; round += 1) {
    for (const { query } of queries) {
      await Promise.all(Array.from({ length: concurrency }, (_, n) => sendQuery(server.url, query, n)));
    }
  }
  await server.stop(0);
  await gateway.close();
  await close();
}

/** @param n makes identical requests differ, so that they are not deduplicated */
async function sendQuery(url: string, query: string, n: number): Promise<void> {
  const headers = { 'content-type': 'application/json', 'cache-control': `no-cache, n=${n}` };
  const { body } = await request(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  await body.dump();
}
