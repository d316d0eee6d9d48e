// Tailcall. Its configuration is a schema with directives for the data sources. This script writes it with the names and
// paths of the wire, and replaces its process by Tailcall.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import {
  accountingField as a,
  contactField as c,
  contactBlock,
  deviceField as d,
  eventField as e,
  eventBlock,
  eventTypes,
  listParam,
  path,
  payload,
} from '../../src/upstream/wire/index.ts';
import { organizationId, port, upstreamUrl } from './environment.mjs';

const ofContact = (route) => `@http(url: "${upstreamUrl}${route(`{{.value.${c.cid}}}`)}", dedupe: true)`;

const configuration = `schema
  @server(port: ${port}, hostname: "127.0.0.1", workers: 1, enableJIT: true)
  @upstream(allowedHeaders: ["authorization"], poolMaxIdlePerHost: 256) {
  query: Query
}

type Query {
  contact(by: ContactBy!): Contact 
    @http(url: "${upstreamUrl}${path.contact('{{.args.by.cid}}')}", select: "{{.${payload.contact}}}", dedupe: true)
  contacts(first: Int = 20, filter: ContactFilter): ContactConnection
    @http(
      url: "${upstreamUrl}${path.contacts(organizationId)}"
      query: [
        {key: "${listParam.size}", value: "{{.args.first}}"}
        {key: "${listParam.extProp1}", value: "{{.args.filter.extProp1}}"}
      ]
      dedupe: true
    )
}

input ContactBy {
  cid: ID!
}

input ContactFilter {
  extProp1: String
}

type ContactConnection {
  ${payload.contacts}: [Contact!]! @modify(name: "nodes")
}

type Contact {
  ${c.cid}: ID!
  ${c.title}: String
  ${c.firstName}: String
  ${c.lastName}: String
  ${c.birthDate}: String
  ${c.country}: String
  ${c.zipCode}: String
  ${c.created}: String @modify(name: "createdAt")
  ${c.modified}: String @modify(name: "modifiedAt")
  ${c.email}: String
  ${c.emailVerified}: Boolean
  ${c.phone}: String
  ${c.phoneVerified}: Boolean
  ${c.username}: String
  ${c.locked}: Boolean
  ${c.enabled}: Boolean
  ${c.locationCid}: ID @modify(name: "locationId")
  ${c.locationName}: String
  ${c.lastLogin}: String @modify(name: "lastLoginAt")
  ${c.logins}: Int @modify(name: "loginCount")
  ${c.policies}: [PolicyAcceptance!]
  events(first: Int = 20): ContactEventConnection ${ofContact(path.events)}
  devices(first: Int = 20): DeviceConnection ${ofContact(path.devices)}
  accountings(first: Int = 20): AccountingConnection ${ofContact(path.accountings)}
}

type PolicyAcceptance {
  ${contactBlock.policies.name}: String! @modify(name: "key")
  ${contactBlock.policies.accepted}: Boolean
}

type ContactEventConnection {
  ${payload.events}: [ContactEvent!]! @modify(name: "nodes")
}

type ContactEvent
  @addField(name: "eventId", path: ["${e.event}", "${eventBlock.event.id}"])
  @addField(name: "occurredAt", path: ["${e.when}", "${eventBlock.when.createdAt}"])
  @addField(name: "locationName", path: ["${e.where}", "${eventBlock.where.locationName}"]) {
  ${e.event}: EventBlock @omit
  type: ContactEventType! @expr(body: "{{.value.${e.event}.${eventBlock.event.type}}}")
  ${e.when}: WhenBlock @omit
  ${e.where}: WhereBlock @omit
}

type EventBlock {
  ${eventBlock.event.id}: String
}

type WhenBlock {
  ${eventBlock.when.createdAt}: String
}

type WhereBlock {
  ${eventBlock.where.locationName}: String
}

type DeviceConnection {
  ${payload.devices}: [Device!]! @modify(name: "nodes")
}

type Device {
  ${d.macAddress}: String
  ${d.connections}: Int @modify(name: "connectionCount")
  ${d.lastConnection}: String @modify(name: "lastConnectedAt")
  ${d.os}: String
  ${d.vendor}: String
}

type AccountingConnection {
  ${payload.accountings}: [Accounting!]! @modify(name: "nodes")
}

type Accounting {
  ${a.id}: String @modify(name: "accountingId")
  ${a.startAt}: String @modify(name: "startedAt")
  ${a.stopAt}: String @modify(name: "stoppedAt")
  ${a.duration}: Int @modify(name: "durationSeconds")
  ${a.locationName}: String
  ${a.hotspotName}: String
  ${a.macAddress}: String
}

enum ContactEventType {
${eventTypes.map((type) => `  ${type.toUpperCase()} @alias(options: ["${type}"])`).join('\n')}
}
`;

const file = join(tmpdir(), `contactgraph-bench-tailcall-${port}.graphql`);
writeFileSync(file, configuration);
const program = createRequire(import.meta.url).resolve('@tailcallhq/core-linux-x64-gnu/bin/tailcall');
process.execve(program, [program, 'start', file], {
  ...process.env,
  TAILCALL_TRACKER: 'false',
  TAILCALL_LOG_LEVEL: 'error',
});
