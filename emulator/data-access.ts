import { randomBytes } from 'node:crypto';
import type { Contact, Profile } from './contact.ts';
import { defaultFields, randomLetters } from './create-contact-input.ts';
import { toInstant } from './data/time.ts';
import type { Registration } from './endpoints/register-device.ts';
import type { Organization } from './organization.ts';
import type { System } from './system.ts';

/** Direct access to the contacts, with which tests verify responses and change data without a call of the gateway. */
export type DataAccess = {
  /** Returns all rows of the list in the order of insertion, of the demo organization by default. */
  contacts(organizationId?: string): readonly Contact[];
  /** Returns the profile of a contact of any organization. */
  find(cid: string): Profile | undefined;
  /** Adds a contact with these fields, which may have any type; the other fields are those of a new contact. */
  insert(fields?: Fields, organizationId?: string): Profile;
  /** Sets fields to any values. The field `modified` changes only when it is among them. */
  update(cid: string, fields: Fields): Profile;
  /** Sets the password that belongs to the username of a contact. */
  setPassword(cid: string, password: string): void;
  /** Sets the events of a contact to rows of any kind. */
  setEvents(cid: string, rows: readonly unknown[]): void;
  /** Removes a contact. Returns false when it does not exist. */
  remove(cid: string): boolean;
  /** Returns the devices that apps have registered for a contact, with their push tokens. */
  registeredDevices(cid: string): readonly Registration[];
  /** Returns the remaining hits of each customer token, the oldest first. */
  tokenHits(): readonly number[];
};

/** Values of any type, because tests need contacts that violate the contract. */
type Fields = Readonly<Record<string, unknown>>;

/** Creates the access. @param defaultOrganizationId the organization of calls that name none */
export function createDataAccess({ organizations, clock, tokens }: System, defaultOrganizationId: string): DataAccess {
  function organizationOf(organizationId: string): Organization {
    const organization = organizations.get(organizationId);
    if (organization === undefined) throw new Error(`There is no organization ${organizationId}`);
    return organization;
  }

  function storeOf(cid: string): Organization['store'] | undefined {
    return [...organizations.values()].find(({ store }) => store.find(cid) !== undefined)?.store;
  }

  function find(cid: string): Profile | undefined {
    return storeOf(cid)?.profile(cid);
  }

  return {
    setEvents(cid, rows) {
      for (const organization of organizations.values()) {
        if (organization.store.find(cid) !== undefined) organization.setEvents(cid, rows);
      }
    },
    contacts: (organizationId = defaultOrganizationId) => organizationOf(organizationId).store.rows(),
    find,
    insert(fields = {}, organizationId = defaultOrganizationId) {
      const now = toInstant(clock.now() / 1000);
      const system = { created: now, modified: now, organizationCid: organizationId };
      const ids = { cid: randomBytes(16).toString('hex'), username: randomLetters(11) };
      const profile = { ...defaultFields, ...ids, ...system, ...fields };
      organizationOf(organizationId).addNewContact(profile);
      return profile;
    },
    update(cid, fields) {
      storeOf(cid)?.patch(cid, fields);
      const updated = find(cid);
      if (updated === undefined) throw new Error(`There is no contact ${cid}`);
      return updated;
    },
    setPassword(cid, password) {
      for (const { store, setPassword } of organizations.values()) if (store.find(cid)) setPassword(cid, password);
    },
    remove: (cid) => storeOf(cid)?.remove(cid) ?? false,
    registeredDevices: (cid) => [...organizations.values()].flatMap(({ registeredDevices }) => registeredDevices(cid)),
    tokenHits: tokens.remainingHits,
  };
}
