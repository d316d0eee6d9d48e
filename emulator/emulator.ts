import { createCallLog } from './call-log.ts';
import type { Clients } from './clients.ts';
import type { Contact } from './contact.ts';
import { type Control, createControl } from './control.ts';
import { createControlDoor } from './control-handler.ts';
import { type Direct, directAccess } from './data-access.ts';
import { createFaults } from './faults.ts';
import { createLatency } from './latency.ts';
import { type EmulatorOptions, withDefaults } from './options.ts';
import { exchange } from './request-handler.ts';
import { listen } from './server.ts';
import { createSystem } from './system.ts';

export type { Contact, EmulatorOptions };

/** A running stand-in for the Cloud4Wi Contacts API. */
export type Emulator = Direct & {
  readonly url: string;
  readonly organizationId: string;
  readonly clientKey: string;
  readonly clientSecret: string;
  /** All who may log in, those with less power and those of the second organization among them. */
  readonly clients: Clients;
  readonly control: Control;
  close(): Promise<void>;
};

/** Starts the emulator with its generated contacts on a socket of its own. */
export async function startEmulator(given: EmulatorOptions = {}): Promise<Emulator> {
  const options = withDefaults(given);
  const system = createSystem(options);
  const gate = { system, log: createCallLog(), faults: createFaults(), latency: createLatency() };
  const control = createControl(gate, options);
  const door = createControlDoor(control, system.clients);
  const { url, close } = await listen(
    (request, response) =>
      door.opens(request.url ?? '') ? door.handle(request, response) : exchange(gate, request, response),
    options,
  );
  const { organizationId, clientKey, clientSecret } = options;
  return {
    ...directAccess(system, organizationId),
    ...{ url, organizationId, clientKey, clientSecret, clients: system.clients, control, close },
  };
}
