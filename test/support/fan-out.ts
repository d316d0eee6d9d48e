import { startHttpServer } from '../../src/http/server.ts';
import { type Answer, toAnswer } from './gateway.ts';
import { startPrincipals } from './principals.ts';

/**
 * A gateway with two sockets to its upstream, and so with room for the four calls of lists that each of its clients has.
 * Only that makes calls wait, unless something else is said: no limiter, and nothing is shared or kept.
 */
export async function startFanOut(env: Record<string, string> = {}) {
  const principals = await startPrincipals(
    { contacts: 60 },
    {},
    { UPSTREAM_CONNECTIONS: '2', TRY_TIMEOUT_MS: '20000', SWITCHED_OFF: 'cache,coalescer,concurrency-limiter', ...env },
  );
  const server = await startHttpServer(principals.gateway.listener, '127.0.0.1', 0);
  const { control } = principals.emulator;
  return {
    control,
    /** What was asked of the upstream, in the order of its arrival. */
    routes: () => control.calls().map(({ route }) => route),
    /** Another caller, who asks over sockets, and has a token already. */
    async client() {
      const { subject } = principals.principal().caller;
      async function sendQuery(query: string, variables: object = {}, signal?: AbortSignal): Promise<Answer> {
        const response = await fetch(`${server.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-principal': subject },
          body: JSON.stringify({ query, variables }),
          ...(signal === undefined ? {} : { signal }),
        });
        return toAnswer(response);
      }
      await sendQuery('{ contacts(first: 1) { nodes { cid } } }');
      control.clearLog();
      return sendQuery;
    },
    async close() {
      await server.stop(0);
      await principals.close();
    },
  };
}
