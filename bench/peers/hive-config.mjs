// The configuration with which Hive Gateway implements Contactgraph's schema.

import { defineConfig } from '@graphql-hive/gateway';
import {
  accountingField as a,
  contactField as c,
  contactBlock,
  deviceField as d,
  eventField as e,
  eventBlock,
  payload,
} from '../../src/upstream/wire/index.ts';
import { resolvers } from './resolvers.mjs';

const contact = `{ ${c.cid} ${c.title} ${c.firstName} ${c.lastName} ${c.birthDate} ${c.country} ${c.zipCode} ${c.created}
  ${c.modified} ${c.email} ${c.emailVerified} ${c.phone} ${c.phoneVerified} ${c.username} ${c.locked} ${c.enabled}
  ${c.locationCid} ${c.locationName} ${c.lastLogin} ${c.logins}
  ${c.policies} { ${contactBlock.policies.name} ${contactBlock.policies.accepted} } }`;
const event = `{ ${e.event} { ${eventBlock.event.id} ${eventBlock.event.type} } ${e.when} { ${eventBlock.when.createdAt} }
  ${e.where} { ${eventBlock.where.locationName} } }`;
const device = `{ ${d.macAddress} ${d.connections} ${d.lastConnection} ${d.os} ${d.vendor} }`;
const accounting = `{ ${a.id} ${a.startAt} ${a.stopAt} ${a.duration} ${a.locationName} ${a.hotspotName} ${a.macAddress} }`;

/** Reads a field of the subgraph and returns the content of its envelope. */
const read = (field, name, selection) => async (args, context, info) => {
  const selectionSet = `{ ${name} ${selection} }`;
  const answer = await context.wire.Query[field]({ root: {}, args, context, info, selectionSet });
  return answer[name];
};

const reads = {
  contact: read('getContact', payload.contact, contact),
  contacts: read('listContacts', payload.contacts, contact),
  events: read('listEvents', payload.events, event),
  devices: read('listDevices', payload.devices, device),
  accountings: read('listAccountings', payload.accountings, accounting),
};

const page = (rows) => ({
  selectionSet: `{ ${c.cid} }`,
  resolve: async (contact, { first }, context, info) => ({
    nodes: (await rows({ cid: contact[c.cid] }, context, info)).slice(0, first),
  }),
});

/** Read by Hive Gateway. */
export const gatewayConfig = defineConfig({
  logging: 'error',
  additionalResolvers: {
    ...resolvers,
    Query: {
      contact: (_root, { by }, context, info) => reads.contact({ cid: by.cid }, context, info),
      contacts: async (_root, { first, filter }, context, info) => ({
        nodes: await reads.contacts({ size: first, extProp1: filter.extProp1 }, context, info),
      }),
    },
    Contact: {
      ...resolvers.Contact,
      events: page(reads.events),
      devices: page(reads.devices),
      accountings: page(reads.accountings),
    },
  },
});
