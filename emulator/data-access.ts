import { randomBytes } from 'node:crypto';
import type { Contact, Profile } from './contact.ts';
import { blank, randomLetters } from './create-contact-input.ts';
import { toInstant } from './data/time.ts';
import type { Population } from './organization-data.ts';
import type { System } from './system.ts';

/** The data behind the calls, for tests to compare answers with and to change behind the gateway's back. */
export type Direct = {
  /** All contacts as the list shows them, oldest entry first; of the demo organization unless another is named. */
  contacts(organizationId?: string): readonly Contact[];
  /** A contact of any organization as its profile shows it. */
  find(cid: string): Profile | undefined;
  /** Adds a contact with these fields, of whatever type; as new as one can be where they are silent. */
  insert(fields?: Fields, organizationId?: string): Profile;
  /** Changes fields to whatever values; `modified` is only changed when it is among them. */
  update(cid: string, fields: Fields): Profile;
  /** Whether there was such a contact. */
  remove(cid: string): boolean;
  /** How many hits each token of a contact has left, the oldest first. */
  tokenHits(): readonly number[];
};

/** Deliberately loose: a test may want what no contact should have. */
type Fields = Readonly<Record<string, unknown>>;

export function directAccess({ populations, clock, tokens }: System, home: string): Direct {
  function populationOf(organizationId: string): Population {
    const population = populations.get(organizationId);
    if (population === undefined) throw new Error(`There is no organization ${organizationId}`);
    return population;
  }

  function storeOf(cid: string): Population['store'] | undefined {
    return [...populations.values()].find(({ store }) => store.find(cid) !== undefined)?.store;
  }

  function find(cid: string): Profile | undefined {
    return storeOf(cid)?.profile(cid);
  }

  return {
    contacts: (organizationId = home) => populationOf(organizationId).store.rows(),
    find,
    insert(fields = {}, organizationId = home) {
      const now = toInstant(clock.now() / 1000);
      const system = { created: now, modified: now, organizationCid: organizationId };
      const ids = { cid: randomBytes(16).toString('hex'), username: randomLetters(11) };
      const profile = { ...blank, ...ids, ...system, ...fields };
      populationOf(organizationId).admit(profile);
      return profile;
    },
    update(cid, fields) {
      storeOf(cid)?.patch(cid, fields);
      const changed = find(cid);
      if (changed === undefined) throw new Error(`There is no contact ${cid}`);
      return changed;
    },
    remove: (cid) => storeOf(cid)?.remove(cid) ?? false,
    tokenHits: tokens.hits,
  };
}
