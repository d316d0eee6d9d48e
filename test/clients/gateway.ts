import { demo } from '../../emulator/demo.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts';
import type { Answer } from '../support/gateway.ts';
import { type LiveGateway, startLiveGateway } from '../support/live-gateway.ts';
import { logIn } from '../support/passthrough-gateway.ts';

/** Sends requests also where a test replaces the global `fetch`. */
const send = globalThis.fetch;

/** A request of a client, as it left the client. */
type ClientRequest = { readonly method: string; readonly target: string; readonly body: string };

/** A gateway in passthrough mode with its upstream, and a `fetch` that sends the token of a caller, as clients take it. */
export type ClientGateway = AsyncDisposable & {
  readonly gateway: LiveGateway;
  readonly emulator: Emulator;
  /** Also takes a path, like a browser on a page of the gateway. */
  readonly fetch: typeof fetch;
  /** Returns the requests that `fetch` has sent since the last time. */
  takeRequests(): ClientRequest[];
  /** Returns the routes of the upstream calls that were made since the last time. */
  takeCalls(): string[];
  /** Sends an operation of the same caller without any client, for example to change what clients have cached. */
  query(document: string, variables?: object): Promise<Answer>;
};

/** Starts an emulator, and a gateway on a socket of its own. */
export async function startClientGateway(
  options: { emulator?: EmulatorOptions; env?: Record<string, string> } = {},
): Promise<ClientGateway> {
  const emulator = await startEmulator({ contacts: 200, ...options.emulator });
  const gateway = await startLiveGateway(emulator, options.env);
  const token = await logIn(emulator, demo);
  // The first request of a token reads what it may do.
  await gateway.query(token, '{ viewer { service { id } } }');
  emulator.control.clearLog();
  const requests: ClientRequest[] = [];
  return {
    gateway,
    emulator,
    async fetch(input, init) {
      const request = new Request(input instanceof Request ? input : new URL(input, gateway.url), init);
      request.headers.set('authorization', `Bearer ${token}`);
      const { pathname, search } = new URL(request.url);
      requests.push({ method: request.method, target: pathname + search, body: await request.clone().text() });
      return send(request);
    },
    takeRequests: () => requests.splice(0),
    takeCalls() {
      const calls = emulator.control.calls().map(({ route }) => route);
      emulator.control.clearLog();
      return calls;
    },
    query: (document, variables) => gateway.query(token, document, variables),
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await emulator.close();
    },
  };
}
