// The resolvers that all JavaScript peers share; `context.reads` is what each has its own of.

import {
  accountingField,
  contactBlock,
  contactField,
  deviceField,
  eventBlock,
  eventField,
} from '../../src/upstream/wire.ts';

const renamed = (name) => (row) => row[name];
const within = (block, name) => (row) => row[block]?.[name];
const page =
  (read) =>
  async (contact, { first }, context) => ({
    nodes: (await context.reads[read](contact[contactField.cid])).slice(0, first),
  });

export const resolvers = {
  Query: {
    contact: (_root, { by }, { reads }) => reads.contact(by.cid),
    contacts: async (_root, { first, filter }, { reads }) => ({ nodes: await reads.contacts(first, filter.extProp1) }),
  },
  Contact: {
    createdAt: renamed(contactField.created),
    modifiedAt: renamed(contactField.modified),
    lastLoginAt: renamed(contactField.lastLogin),
    loginCount: renamed(contactField.logins),
    events: page('events'),
    devices: page('devices'),
    accountings: page('accountings'),
  },
  PolicyAcceptance: { key: renamed(contactBlock.policies.name) },
  ContactEvent: {
    eventId: within(eventField.event, eventBlock.event.id),
    type: (row) => row[eventField.event][eventBlock.event.type].toUpperCase(),
    occurredAt: within(eventField.when, eventBlock.when.createdAt),
    locationName: within(eventField.where, eventBlock.where.locationName),
  },
  Device: {
    connectionCount: renamed(deviceField.connections),
    lastConnectedAt: renamed(deviceField.lastConnection),
  },
  Accounting: {
    accountingId: renamed(accountingField.id),
    startedAt: renamed(accountingField.startAt),
    stoppedAt: renamed(accountingField.stopAt),
    durationSeconds: renamed(accountingField.duration),
  },
};
