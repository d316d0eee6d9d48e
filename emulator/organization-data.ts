import type { Profile } from './contact.ts';
import { type ContactStore, createContactStore } from './contact-store.ts';
import { newcomer, type Plan } from './data/activity.ts';
import { generateContact } from './data/contact.ts';
import { demoContact, demoPlan } from './data/demo-contact.ts';
import { createWorld, type World } from './data/organization.ts';
import { profileOf } from './data/profile.ts';
import { edgeCases } from './edge-cases.ts';

/** An organization with all its contacts: a tenant. */
export type Population = {
  readonly organizationId: string;
  readonly world: World;
  readonly store: ContactStore;
  /** How much happened to a contact, where that is not for the generator to choose. */
  planOf(cid: string): Plan | undefined;
  /** Adds a contact to whom nothing has happened yet but the signup, perhaps with the guid of its device. */
  admit(profile: Profile, guid?: string): void;
  /** The contact that came with this device. */
  ownerOf(guid: string | undefined): string | undefined;
};

export type PopulationOptions = {
  seed: number;
  organizationId: string;
  contacts: number;
  /** Begin with the well-known contact number 0. */
  demoContact: boolean;
  /** Let the edge cases follow. */
  edgeCases: boolean;
};

export function createPopulation({ seed, organizationId, contacts, ...begin }: PopulationOptions): Population {
  const world = createWorld(seed, organizationId);
  const special = [
    ...(begin.demoContact ? [{ profile: demoContact(world), plan: demoPlan }] : []),
    ...(begin.edgeCases ? edgeCases(world) : []),
  ].slice(0, contacts);

  const rest = Array.from({ length: contacts - special.length }, (_, n) => generateContact(world, special.length + n));
  const store = createContactStore([...special.map(({ profile }) => profile), ...rest], (contact) =>
    profileOf(seed, contact),
  );
  for (const { profile } of special) store.put(profile);

  const plans = new Map(special.map(({ profile, plan }) => [profile.cid, plan]));
  const guids = new Map<string, string>();
  return {
    organizationId,
    world,
    store,
    planOf: (cid) => plans.get(cid),
    admit(profile, guid) {
      plans.set(profile.cid, newcomer);
      if (guid !== undefined) guids.set(guid, profile.cid);
      store.put(profile);
    },
    ownerOf: (guid) => (guid === undefined ? undefined : guids.get(guid)),
  };
}
