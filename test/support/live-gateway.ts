import type { Emulator } from '../../emulator/emulator.ts';
import { readConfig } from '../../src/config/config.ts';
import type { Gateway } from '../../src/gateway.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { createLog } from '../../src/log.ts';
import { startLiveMode } from '../../src/modes/live.ts';
import { buildGateway } from './build-gateway.ts';
import { accelerators } from './config.ts';
import { type Answer, toAnswer } from './gateway.ts';

/** A gateway that is put together as the process does it, and that listens. */
export type LiveGateway = {
  gateway: Gateway;
  /** The URL of the graph. */
  url: string;
  logged: string[];
  /** Sends a query as JSON over a socket. */
  query(token: string | undefined, query: string, variables?: object): Promise<Answer>;
  /** Stops it in the order in which the process does. */
  close(): Promise<void>;
};

/** Starts a gateway in passthrough mode, or in the mode of `env`, against an emulator. */
export async function startLiveGateway(
  { url: upstream }: Pick<Emulator, 'url'>,
  env: Record<string, string> = {},
): Promise<LiveGateway> {
  const variables = { UPSTREAM_URL: upstream, ...accelerators, ...env };
  const logged: string[] = [];
  const log = createLog('debug', { write: (line: string) => void logged.push(line) });
  const { close, ...mode } = await startLiveMode(readConfig(variables), upstream, log);
  const gateway = buildGateway({ env: variables, ...mode, log });
  const server = await startHttpServer(gateway.listener, '127.0.0.1', 0);
  const url = `${server.url}/graphql`;
  return {
    gateway,
    url,
    logged,
    async query(token, query, variables) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ query, variables }),
      });
      return toAnswer(response);
    },
    async close() {
      await server.stop(0);
      await gateway.close();
      await close();
    },
  };
}
