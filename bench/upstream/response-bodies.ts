import { type Contact, encodeContacts } from '../../emulator/contact.ts';
import { accountingsOf, devicesOf } from '../../emulator/data/activity.ts';
import { generateContact } from '../../emulator/data/contact.ts';
import { generateEvents } from '../../emulator/data/event.ts';
import { profileOf } from '../../emulator/data/profile.ts';
import { createSeedData } from '../../emulator/data/seed-data.ts';
import { createEncoder } from '../../emulator/wire-names.ts';
import {
  accountingField,
  deviceField,
  envelope,
  envelopeField,
  eventBlock,
  eventField,
  payload,
} from '../../src/upstream/wire/index.ts';
import { toCanonicalJson } from './canonical-json.ts';
import { cidOf, keyLength, organizationId } from './ids.ts';
import { createTemplate, type Template } from './response-template.ts';

/** The resources of a contact. Each is read by one call. */
export type Resource = 'contact' | 'events' | 'devices' | 'accountings';

/** The response templates of one contact. */
export type ContactTemplates = Readonly<Record<Resource, Template>>;

/** The number of different contacts. All others are copies with another id. */
const contactCount = 64;

/** Larger pages are the same for every key, because filling in the key would take longer than sending them. */
const largestFilled = 100;

const counts = { events: 20, devices: 3, accountings: 20 };
const seedData = createSeedData(1, organizationId);
const toWire = {
  events: createEncoder(eventField, eventBlock),
  devices: createEncoder(deviceField),
  accountings: createEncoder(accountingField),
};

/** Generates contacts as the emulator does, each with the same numbers of events, devices and WiFi sessions. */
export function createContactTemplates(): readonly ContactTemplates[] {
  return Array.from({ length: contactCount }, (_, n) => {
    const contact = generateContact(seedData, n);
    const profile = { ...contact, ...profileOf(seedData.seed, contact) };
    const events = newestFirst(generateEvents(seedData, contact, counts.events), ({ when }) => when.createdAt);
    const devices = newestFirst(devicesOf(seedData, contact, counts), (row) => String(row['lastConnection'] ?? ''));
    const toTemplate = (body: object) => createTemplate(toJson(body), contact.cid);
    return {
      contact: toTemplate({ [payload.contact]: encodeContacts(profile) }),
      events: toTemplate({ [payload.count]: events.length, [payload.events]: toWire.events(events) }),
      devices: toTemplate({ [payload.count]: devices.length, [payload.devices]: toWire.devices(devices) }),
      accountings: toTemplate({
        [payload.count]: counts.accountings,
        [payload.accountings]: toWire.accountings(accountingsOf(seedData, contact, counts)),
      }),
    };
  });
}

/** Creates the template of a page of the list. Its parameter is the key, which is a part of the cids of the rows. */
export function createPage(size: number): Template {
  const placeholder = '@'.repeat(keyLength);
  const contacts = Array.from({ length: size }, (_, n): Contact => {
    const contact = generateContact(seedData, n);
    return size > largestFilled ? contact : { ...contact, cid: cidOf(placeholder, n) };
  });
  const fields = { [payload.count]: size, [payload.total]: 100_000, [payload.sid]: 'c2Nyb2xs' };
  return createTemplate(toJson({ ...fields, [payload.contacts]: encodeContacts(contacts) }), placeholder);
}

function newestFirst<T>(rows: readonly T[], timeOf: (row: T) => string): readonly T[] {
  return rows.toSorted((a, b) => (timeOf(a) < timeOf(b) ? 1 : -1));
}

function toJson(body: object): string {
  const generated = '2026-06-30T00:00:00Z';
  return toCanonicalJson({ [envelopeField.status]: envelope.ok, [envelopeField.generated]: generated, ...body });
}
