import { type Clients, createClients } from './clients.ts';
import { type Clock, createClock } from './clock.ts';
import { type CustomerTokens, createCustomerTokens } from './customer-tokens.ts';
import { second } from './demo.ts';
import type { Options } from './options.ts';
import { createPopulation, type Population } from './organization-data.ts';
import { createScrolls, type Scrolls } from './scroll.ts';
import { type Authority, createAuthority } from './token-issuer.ts';

/** All that the upstream knows and remembers. */
export type System = {
  readonly clock: Clock;
  readonly clients: Clients;
  readonly authority: Authority;
  readonly scrolls: Scrolls;
  readonly tokens: CustomerTokens;
  /** By the organization's cid; the demo's comes first. */
  readonly populations: ReadonlyMap<string, Population>;
};

export function createSystem(options: Options): System {
  const { organizationId, seed } = options;
  const clock = createClock();
  const populations = [
    createPopulation({
      seed,
      organizationId,
      contacts: options.contacts,
      demoContact: true,
      edgeCases: options.edgeCases,
    }),
    createPopulation({
      seed,
      organizationId: second.organizationId,
      contacts: options.secondContacts,
      demoContact: false,
      edgeCases: false,
    }),
  ];
  return {
    clock,
    clients: createClients(options),
    authority: createAuthority(clock),
    scrolls: createScrolls(clock, options.scrolls),
    tokens: createCustomerTokens(clock, options.redeemLimit),
    populations: new Map(populations.map((population) => [population.organizationId, population])),
  };
}
