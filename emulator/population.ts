import type { Contact } from './contact.ts';
import { type ContactStore, createContactStore } from './contact-store.ts';
import { newcomer, type Plan } from './data/children.ts';
import { generateContact } from './data/contact.ts';
import { demoContact, demoPlan } from './data/demo-contact.ts';
import { profileOf } from './data/profile.ts';
import { createWorld, type World } from './data/world.ts';
import { edgeCases } from './edge-cases.ts';

/** An organization with all its contacts: a tenant. */
export type Population = {
  readonly organizationId: string;
  readonly world: World;
  readonly store: ContactStore;
  /** How much happened to a contact; only those that are special or new have a plan. */
  readonly plan: (cid: string) => Plan | undefined;
};

type PopulationOptions = {
  seed: number;
  organizationId: string;
  contacts: number;
  /** The demo organization begins with its well-known contact, and with the edge cases if they are wanted. */
  wellKnown: boolean;
  edgeCases: boolean;
};

export function createPopulation(options: PopulationOptions): Population {
  const world = createWorld(options.seed, options.organizationId);
  const special = options.wellKnown ? [{ profile: demoContact(world), plan: demoPlan }] : [];
  if (options.wellKnown && options.edgeCases) special.push(...edgeCases(world));
  special.length = Math.min(special.length, options.contacts);

  const contacts: Contact[] = special.map(({ profile }) => profile);
  for (let n = contacts.length; n < options.contacts; n++) contacts.push(generateContact(world, n));
  const generated = new Set<Contact>();
  const store = createContactStore(contacts, (contact) => profileOf(world.seed, contact));
  for (const { profile } of special) store.put(profile);

  const plans = new Map(special.map(({ profile, plan }) => [profile.cid, plan]));
  void generated;
  return { organizationId: options.organizationId, world, store, plan: (cid) => plans.get(cid) ?? undefined };
}

void newcomer;
