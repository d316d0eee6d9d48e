import { startHttpServer } from '../../src/http/server.ts';
import { type Answer, toAnswer } from './gateway.ts';
import { startPrincipals } from './principals.ts';

/**
 * Starts a gateway with two sockets to its upstream, so that the lists of each client may make four concurrent calls. The
 * cache, the coalescer and the concurrency limiter are off by default, so that calls wait only for fan-out admission.
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
    /** The routes of the upstream calls in the order of their arrival. */
    routes: () => control.calls().map(({ route }) => route),
    /** The ids of the contacts of the first organization. */
    cids: () => principals.emulator.contacts().map(({ cid }) => cid),
    /** Adds a caller that is logged in, of the first organization or of another one, and returns a function that sends its queries over sockets. */
    async client(of: 'manager' | 'second' = 'manager') {
      const { subject } = principals.principal(of).caller;
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
