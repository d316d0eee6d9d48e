import type { Accounting } from '../model.ts';
import { contactAccountings } from '../resolvers/accounting.ts';
import { parseFirstPage } from '../resolvers/connection.ts';
import { accountingId } from '../resolvers/row-id.ts';
import { requiresScope } from './access.ts';
import { branch } from './branch.ts';
import { builder } from './builder.ts';
import { branchCost } from './call-cost.ts';
import { connectionOf, forwardArgs, notFetchable } from './connection.ts';
import { ContactRef } from './contact.ts';

const AccountingRef = builder.objectRef<Accounting>('Accounting').implement({
  description: 'A WiFi session of a contact: how long, how much, and through which access point.',
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: `The global id of this session of this contact. ${notFetchable}`,
      resolve: accountingId,
    }),
    accountingId: t.exposeString('id', { description: "The upstream's id of this record." }),
    sessionId: t.exposeString('sessionId', { description: 'The id of the WiFi session.' }),
    startedAt: t.expose('startAt', { type: 'DateTime', description: 'When the session started.' }),
    stoppedAt: t.expose('stopAt', { type: 'DateTime', description: 'When it ended; null while it goes on.' }),
    durationSeconds: t.exposeInt('duration', { description: 'How long it lasted, in seconds.' }),
    bytesFromDevice: t.expose('inputOctets', { type: 'ByteCount', description: 'Bytes that the device sent.' }),
    bytesToDevice: t.expose('outputOctets', { type: 'ByteCount', description: 'Bytes that the device received.' }),
    macAddress: t.exposeString('macAddress', { description: 'The WiFi MAC address of the device.' }),
    ipAddress: t.exposeString('ipAddress', { description: 'The IP address that the device had.' }),
    hotspotId: t.exposeID('hotspotId', { description: "The upstream's id of the access point." }),
    hotspotName: t.exposeString('hotspotName', { description: 'What the organization calls the access point.' }),
    hotspotMacAddress: t.exposeString('hotspotMacAddress', { description: 'The MAC address of the access point.' }),
    locationId: t.exposeID('locationId', { description: "The upstream's id of the location." }),
    locationName: t.exposeString('locationName', {
      description: 'Where the access point is, as the organization calls the place.',
    }),
    terminateCause: t.exposeString('terminateCause', { description: 'Why the session ended, in the words of RADIUS.' }),
  }),
});

const AccountingConnection = connectionOf(AccountingRef, 'the WiFi sessions of a contact');

builder.objectFields(ContactRef, (t) => ({
  accountings: t.field({
    type: AccountingConnection,
    description: `The WiFi sessions of the contact, the one that started last first. ${branchCost}`,
    args: forwardArgs(t.arg),
    extensions: { ...branch('accountings', parseFirstPage), ...requiresScope('customer_read', { session: true }) },
    resolve: contactAccountings,
  }),
}));
