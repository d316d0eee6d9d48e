import type { Contact, Profile } from './contact.ts';
import { type ContactStore, createContactStore } from './contact-store.ts';
import { type Activity, eventsOf, newContactActivity } from './data/activity.ts';
import { generateContact } from './data/contact.ts';
import { demoActivity, demoContact } from './data/demo-contact.ts';
import { profileOf } from './data/profile.ts';
import { createSeedData, type SeedData } from './data/seed-data.ts';
import { demo } from './demo.ts';
import { edgeCases } from './edge-cases.ts';
import type { Registration } from './endpoints/register-device.ts';

/** An organization with all its contacts: a tenant. */
export type Organization = {
  readonly organizationId: string;
  readonly seedData: SeedData;
  readonly store: ContactStore;
  /** Returns the activity of a contact, if the generator does not choose it. */
  activityOf(cid: string): Activity | undefined;
  /** Returns the events of a contact. */
  eventsOf(contact: Contact): readonly unknown[];
  /** Sets the events of a contact to rows of any kind. */
  setEvents(cid: string, rows: readonly unknown[]): void;
  /** Adds a contact whose only activity is its signup. @param guid the id of its device, if it has one */
  addNewContact(profile: Profile, guid?: string): void;
  /** Registers a device of a contact, or updates the one with the same guid or installation. */
  registerDevice(cid: string, device: Registration): void;
  registeredDevices(cid: string): readonly Registration[];
  /** Returns the cid of the contact that was created or registered with this device. */
  cidOfDevice(guid: string | undefined): string | undefined;
  /** Returns the password of a contact; a generated contact has none. */
  passwordOf(cid: string): string | undefined;
  setPassword(cid: string, password: string): void;
};

/** The options of `createOrganization`. */
export type OrganizationOptions = {
  seed: number;
  organizationId: string;
  contacts: number;
  /** Whether contact number 0 is the demo contact. */
  demoContact: boolean;
  /** Whether the edge cases follow. */
  edgeCases: boolean;
};

/** Generates the contacts of an organization. */
export function createOrganization({ seed, organizationId, contacts, ...include }: OrganizationOptions): Organization {
  const seedData = createSeedData(seed, organizationId);
  const predefined = [
    ...(include.demoContact ? [{ profile: demoContact(seedData), activity: demoActivity }] : []),
    ...(include.edgeCases ? edgeCases(seedData) : []),
  ].slice(0, contacts);

  const rest = Array.from({ length: contacts - predefined.length }, (_, n) =>
    generateContact(seedData, predefined.length + n),
  );
  const store = createContactStore([...predefined.map(({ profile }) => profile), ...rest], (contact) =>
    profileOf(seed, contact),
  );
  for (const { profile } of predefined) store.put(profile);

  const activities = new Map(predefined.map(({ profile, activity }) => [profile.cid, activity]));
  const guids = new Map<string, string>();
  // A write replaces the object of a contact, so that its events are generated again.
  const generatedEvents = new WeakMap<Contact, readonly unknown[]>();
  const passwords = new Map<string, string>(include.demoContact ? [[demo.contactId, demo.contactPassword]] : []);
  const devices = new Map<string, readonly Registration[]>();
  return {
    organizationId,
    seedData,
    store,
    activityOf: (cid) => activities.get(cid),
    eventsOf(contact) {
      const rows = generatedEvents.get(contact) ?? eventsOf(seedData, contact, activities.get(contact.cid));
      generatedEvents.set(contact, rows);
      return rows;
    },
    setEvents(cid, rows) {
      activities.set(cid, { ...activities.get(cid), changeEvents: () => rows });
      const contact = store.find(cid);
      if (contact !== undefined) generatedEvents.delete(contact);
    },
    addNewContact(profile, guid) {
      activities.set(profile.cid, newContactActivity);
      if (guid !== undefined) guids.set(guid, profile.cid);
      store.put(profile);
    },
    registerDevice(cid, device) {
      const isSame = ({ guid, installId }: Registration) =>
        (guid !== undefined && guid === device.guid) || (installId !== undefined && installId === device.installId);
      const registered = devices.get(cid) ?? [];
      const former = registered.find(isSame);
      devices.set(cid, [...registered.filter((each) => each !== former), { ...former, ...device }]);
      if (device.guid !== undefined) guids.set(device.guid, cid);
    },
    registeredDevices: (cid) => devices.get(cid) ?? [],
    cidOfDevice: (guid) => (guid === undefined ? undefined : guids.get(guid)),
    passwordOf: (cid) => passwords.get(cid),
    setPassword: (cid, password) => void passwords.set(cid, password),
  };
}
