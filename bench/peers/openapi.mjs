// An OpenAPI description of the five read endpoints, with the fields that the workloads need.

import {
  accountingField as a,
  contactField as c,
  contactBlock,
  deviceField as d,
  eventField as e,
  eventBlock,
  listParam,
  path,
  payload,
} from '../../src/upstream/wire/index.ts';
import { organizationId, upstreamUrl } from './environment.mjs';

const text = { type: 'string', nullable: true };
const integer = { type: 'integer', nullable: true };
const flag = { type: 'boolean', nullable: true };
const object = (title, properties) => ({ type: 'object', title, properties });
const listOf = (items) => ({ type: 'array', items });
const all = (type, names) => Object.fromEntries(names.map((name) => [name, type]));

const contact = object('WireContact', {
  ...all(text, [c.cid, c.title, c.firstName, c.lastName, c.birthDate, c.country, c.zipCode, c.created, c.modified]),
  ...all(text, [c.email, c.phone, c.username, c.locationCid, c.locationName, c.lastLogin]),
  ...all(flag, [c.emailVerified, c.phoneVerified, c.locked, c.enabled]),
  [c.logins]: integer,
  [c.policies]: listOf(
    object('WirePolicy', { [contactBlock.policies.name]: text, [contactBlock.policies.accepted]: flag }),
  ),
});

const event = object('WireEvent', {
  [e.event]: object('WireEventBlock', all(text, [eventBlock.event.id, eventBlock.event.type])),
  [e.when]: object('WireWhenBlock', all(text, [eventBlock.when.createdAt])),
  [e.where]: object('WireWhereBlock', all(text, [eventBlock.where.locationName])),
});

const device = object('WireDevice', {
  ...all(text, [d.macAddress, d.lastConnection, d.os, d.vendor]),
  [d.connections]: integer,
});

const accounting = object('WireAccounting', {
  ...all(text, [a.id, a.startAt, a.stopAt, a.locationName, a.hotspotName, a.macAddress]),
  [a.duration]: integer,
});

const cid = { name: 'cid', in: 'path', required: true, schema: { type: 'string' } };

/** Describes an endpoint that returns `content` in the field `name` of the envelope. */
const read = (operationId, title, name, content, parameters = [cid]) => ({
  get: {
    operationId,
    parameters,
    responses: {
      200: {
        description: 'OK',
        content: { 'application/json': { schema: object(title, { [name]: content }) } },
      },
    },
  },
});

/** The OpenAPI document. */
export const openApi = {
  openapi: '3.0.3',
  info: { title: 'Contacts', version: '1' },
  servers: [{ url: upstreamUrl }],
  paths: {
    [path.contacts(organizationId)]: read('listContacts', 'ContactsAnswer', payload.contacts, listOf(contact), [
      { name: listParam.size, in: 'query', schema: { type: 'integer' } },
      { name: listParam.extProp1, in: 'query', schema: { type: 'string' } },
    ]),
    [path.contact('{cid}')]: read('getContact', 'ContactAnswer', payload.contact, contact),
    [path.events('{cid}')]: read('listEvents', 'EventsAnswer', payload.events, listOf(event)),
    [path.devices('{cid}')]: read('listDevices', 'DevicesAnswer', payload.devices, listOf(device)),
    [path.accountings('{cid}')]: read('listAccountings', 'AccountingsAnswer', payload.accountings, listOf(accounting)),
  },
};
