import { createCallLog } from './call-log.ts';
import type { Clients } from './clients.ts';
import type { Contact } from './contact.ts';
import { type Control, createControl } from './control.ts';
import { createControlHandler } from './control-handler.ts';
import { createDataAccess, type DataAccess } from './data-access.ts';
import { createFaults } from './faults.ts';
import { createLatency } from './latency.ts';
import { type EmulatorOptions, withDefaults } from './options.ts';
import { handleRequest } from './request-handler.ts';
import { listen } from './server.ts';
import { createSystem } from './system.ts';

export type { Contact, EmulatorOptions };

/** A running emulator of the Cloud4Wi Contacts API. */
export type Emulator = DataAccess & {
  readonly url: string;
  readonly organizationId: string;
  readonly clientKey: string;
  readonly clientSecret: string;
  /** The clients that may log in, of both organizations and with different scopes. */
  readonly clients: Clients;
  readonly control: Control;
  close(): Promise<void>;
};

/**
 * Starts an emulator with generated contacts on its own port.
 *
 * @throws {Error} when the port cannot be used
 */
export async function startEmulator(partialOptions: EmulatorOptions = {}): Promise<Emulator> {
  const options = withDefaults(partialOptions);
  const system = createSystem(options);
  const dependencies = { system, log: createCallLog(), faults: createFaults(), latency: createLatency() };
  const control = createControl(dependencies, options);
  const controlHandler = createControlHandler(control, system.clients);
  const { url, close } = await listen(
    (request, response) =>
      controlHandler.accepts(request.url ?? '')
        ? controlHandler.handle(request, response)
        : handleRequest(dependencies, request, response),
    options,
  );
  const { organizationId, clientKey, clientSecret } = options;
  return {
    ...createDataAccess(system, organizationId),
    ...{ url, organizationId, clientKey, clientSecret, clients: system.clients, control, close },
  };
}
