import { demo } from '../../emulator/demo.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../emulator/emulator.ts';
import { type LiveGateway, startLiveGateway } from '../support/live-gateway.ts';
import { logIn } from '../support/passthrough-gateway.ts';

/** A gateway in passthrough mode with its upstream, and a `fetch` that sends the token of a caller, as clients take it. */
export type ClientGateway = AsyncDisposable & {
  readonly gateway: LiveGateway;
  readonly emulator: Emulator;
  readonly fetch: typeof fetch;
};

/** Starts an emulator, and a gateway on a socket of its own. */
export async function startClientGateway(
  options: { emulator?: EmulatorOptions; env?: Record<string, string> } = {},
): Promise<ClientGateway> {
  const emulator = await startEmulator({ contacts: 200, ...options.emulator });
  const gateway = await startLiveGateway(emulator, options.env);
  const token = await logIn(emulator, demo);
  return {
    gateway,
    emulator,
    fetch(input, init) {
      const headers = new Headers(init?.headers);
      headers.set('authorization', `Bearer ${token}`);
      return fetch(input, { ...init, headers });
    },
    async [Symbol.asyncDispose]() {
      await gateway.close();
      await emulator.close();
    },
  };
}
