// The resolvers that all JavaScript peers share. Each peer implements `context.reads`.

import {
  accountingField,
  contactBlock,
  contactField,
  deviceField,
  eventBlock,
  eventField,
} from '../../src/upstream/wire/index.ts';

const fieldOf = (name) => (row) => row[name];
const fieldOfBlock = (block, name) => (row) => row[block]?.[name];
const page =
  (read) =>
  async (contact, { first }, context) => ({
    nodes: (await context.reads[read](contact[contactField.cid])).slice(0, first),
  });

/** Resolvers by type and field. */
export const resolvers = {
  Query: {
    contact: (_root, { by }, { reads }) => reads.contact(by.cid),
    contacts: async (_root, { first, filter }, { reads }) => ({ nodes: await reads.contacts(first, filter.extProp1) }),
  },
  Contact: {
    createdAt: fieldOf(contactField.created),
    modifiedAt: fieldOf(contactField.modified),
    locationId: fieldOf(contactField.locationCid),
    lastLoginAt: fieldOf(contactField.lastLogin),
    loginCount: fieldOf(contactField.logins),
    events: page('events'),
    devices: page('devices'),
    accountings: page('accountings'),
  },
  PolicyAcceptance: { key: fieldOf(contactBlock.policies.name) },
  ContactEvent: {
    eventId: fieldOfBlock(eventField.event, eventBlock.event.id),
    type: (row) => row[eventField.event][eventBlock.event.type].toUpperCase(),
    occurredAt: fieldOfBlock(eventField.when, eventBlock.when.createdAt),
    locationName: fieldOfBlock(eventField.where, eventBlock.where.locationName),
  },
  Device: {
    connectionCount: fieldOf(deviceField.connections),
    lastConnectedAt: fieldOf(deviceField.lastConnection),
  },
  Accounting: {
    accountingId: fieldOf(accountingField.id),
    startedAt: fieldOf(accountingField.startAt),
    stoppedAt: fieldOf(accountingField.stopAt),
    durationSeconds: fieldOf(accountingField.duration),
  },
};
