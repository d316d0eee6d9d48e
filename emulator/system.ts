import { type AbsenceSetting, createAbsenceSetting } from './absence.ts';
import { type Clients, createClients } from './clients.ts';
import { type Clock, createClock } from './clock.ts';
import { type CustomerTokens, createCustomerTokens } from './customer-tokens.ts';
import { second } from './demo.ts';
import { createEventSettings, type EventSettingsStore } from './event-scroll.ts';
import type { Options } from './options.ts';
import { createOrganization, type Organization } from './organization.ts';
import { createOrganizationSettings, type OrganizationSettings } from './organization-settings.ts';
import { createPasswordAttempts, type PasswordAttempts } from './password-attempts.ts';
import { createScrollStore, type ScrollStore } from './scroll.ts';
import { createTokenIssuer, type TokenIssuer } from './token-issuer.ts';

/** The state of the emulated upstream. */
export type System = {
  readonly clock: Clock;
  readonly clients: Clients;
  readonly tokenIssuer: TokenIssuer;
  readonly scrolls: ScrollStore;
  /** The scrolls of the calls of events. */
  readonly eventScrolls: ScrollStore;
  readonly events: EventSettingsStore;
  readonly tokens: CustomerTokens;
  readonly passwordAttempts: PasswordAttempts;
  readonly absence: AbsenceSetting;
  readonly settings: OrganizationSettings;
  /** The organizations by cid. The demo organization comes first. */
  readonly organizations: ReadonlyMap<string, Organization>;
};

/** Creates the state with the generated contacts of both organizations. */
export function createSystem(options: Options): System {
  const { organizationId, seed } = options;
  const clock = createClock();
  const clients = createClients(options);
  const organizations = [
    createOrganization({
      seed,
      organizationId,
      contacts: options.contacts,
      demoContact: true,
      edgeCases: options.edgeCases,
    }),
    createOrganization({
      seed,
      organizationId: second.organizationId,
      contacts: options.secondContacts,
      demoContact: false,
      edgeCases: false,
    }),
  ];
  const organizationsById = new Map(organizations.map((organization) => [organization.organizationId, organization]));
  return {
    clock,
    clients,
    tokenIssuer: createTokenIssuer(clock, clients, options.claims),
    scrolls: createScrollStore(clock, options.scrolls),
    eventScrolls: createScrollStore(clock, options.scrolls),
    events: createEventSettings(options.events),
    tokens: createCustomerTokens(clock, options.redeemLimit),
    passwordAttempts: createPasswordAttempts(clock, options.passwordLimit),
    absence: createAbsenceSetting(),
    settings: createOrganizationSettings((id) => organizationsById.get(id)?.seedData.venues[0].cid),
    organizations: organizationsById,
  };
}
