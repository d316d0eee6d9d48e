// The lower bound: a server without GraphQL that does only the unavoidable work. It starts all calls at once, parses the
// responses, selects the fields by hand, and serializes the result.

import {
  accountingField as a,
  contactField as c,
  contactBlock,
  deviceField as d,
  eventField as e,
  eventBlock,
} from '../../src/upstream/wire/index.ts';
import { getterFor } from './dispatch.mjs';
import { serve } from './serve.mjs';
import { readsBy } from './wire.mjs';

const operations = {
  W1: readContact,
  W2: async ({ contacts, events, devices }, { key }) => ({
    contacts: {
      nodes: await Promise.all(
        (await contacts(50, key)).map(async (row) => {
          const [contactEvents, contactDevices] = await Promise.all([events(row[c.cid]), devices(row[c.cid])]);
          return {
            cid: row[c.cid],
            firstName: row[c.firstName],
            lastName: row[c.lastName],
            email: row[c.email],
            events: { nodes: contactEvents.slice(0, 20).map(toEvent) },
            devices: {
              nodes: contactDevices.slice(0, 20).map((row) => ({ macAddress: row[d.macAddress], os: row[d.os] })),
            },
          };
        }),
      ),
    },
  }),
  W3: readPage(1_000),
  W3L: readPage(10_000),
  W4: async (reads, variables) => {
    const { contact } = await readContact(reads, variables);
    return Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`a${n}`, contact]));
  },
  W5: readContact,
  W6: readContact,
};

serve(async ({ operationName, variables }, authorization) => {
  const operation = operations[operationName];
  if (operation === undefined) return '{"data":{"__typename":"Query"}}';
  return JSON.stringify({ data: await operation(readsBy(getterFor(authorization)), variables) });
});

async function readContact(reads, { cid }) {
  const [row, events, devices, accountings] = await Promise.all([
    reads.contact(cid),
    reads.events(cid),
    reads.devices(cid),
    reads.accountings(cid),
  ]);
  return {
    contact: {
      cid: row[c.cid],
      firstName: row[c.firstName],
      lastName: row[c.lastName],
      email: row[c.email],
      phone: row[c.phone],
      country: row[c.country],
      zipCode: row[c.zipCode],
      username: row[c.username],
      locationName: row[c.locationName],
      createdAt: row[c.created],
      modifiedAt: row[c.modified],
      loginCount: row[c.logins],
      policies: row[c.policies].map(toPolicy),
      events: { nodes: events.slice(0, 20).map(toEvent) },
      devices: { nodes: devices.slice(0, 20).map(toDevice) },
      accountings: { nodes: accountings.slice(0, 20).map(toAccounting) },
    },
  };
}

function readPage(size) {
  return async ({ contacts }, { key }) => ({ contacts: { nodes: (await contacts(size, key)).map(toRow) } });
}

function toRow(row) {
  return {
    cid: row[c.cid],
    title: row[c.title],
    firstName: row[c.firstName],
    lastName: row[c.lastName],
    birthDate: row[c.birthDate],
    country: row[c.country],
    zipCode: row[c.zipCode],
    createdAt: row[c.created],
    modifiedAt: row[c.modified],
    email: row[c.email],
    emailVerified: row[c.emailVerified],
    phone: row[c.phone],
    phoneVerified: row[c.phoneVerified],
    username: row[c.username],
    locked: row[c.locked],
    enabled: row[c.enabled],
    locationId: row[c.locationCid],
    locationName: row[c.locationName],
    lastLoginAt: row[c.lastLogin],
    loginCount: row[c.logins],
  };
}

function toPolicy(row) {
  return { key: row[contactBlock.policies.name], accepted: row[contactBlock.policies.accepted] };
}

function toEvent(row) {
  return {
    eventId: row[e.event][eventBlock.event.id],
    type: row[e.event][eventBlock.event.type].toUpperCase(),
    occurredAt: row[e.when][eventBlock.when.createdAt],
    locationName: row[e.where][eventBlock.where.locationName],
  };
}

function toDevice(row) {
  return {
    macAddress: row[d.macAddress],
    connectionCount: row[d.connections],
    lastConnectedAt: row[d.lastConnection],
    os: row[d.os],
    vendor: row[d.vendor],
  };
}

function toAccounting(row) {
  return {
    accountingId: row[a.id],
    startedAt: row[a.startAt],
    stoppedAt: row[a.stopAt],
    durationSeconds: row[a.duration],
    locationName: row[a.locationName],
    hotspotName: row[a.hotspotName],
    macAddress: row[a.macAddress],
  };
}
