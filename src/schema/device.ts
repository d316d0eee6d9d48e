import type { InputFieldBuilder } from '@pothos/core';
import type { Device } from '../model.ts';
import { parseFirstPage } from '../resolvers/connection.ts';
import { contactDevices } from '../resolvers/device.ts';
import { deviceId } from '../resolvers/row-id.ts';
import { requiresScope } from './access.ts';
import { branch } from './branch.ts';
import { builder } from './builder.ts';
import { branchCost } from './call-cost.ts';
import { connectionOf, forwardArgs, notFetchable } from './connection.ts';
import { ContactRef } from './contact.ts';

const DeviceRef = builder.objectRef<Device>('Device').implement({
  description: 'A device with which a contact has connected to the WiFi.',
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description: `The global id of this device of this contact. ${notFetchable}`,
      resolve: deviceId,
    }),
    macAddress: t.exposeString('macAddress', { description: 'Its WiFi MAC address, as the upstream writes it.' }),
    connectionCount: t.exposeInt('connections', { description: 'How often it has connected.' }),
    lastConnectedAt: t.expose('lastConnection', { type: 'DateTime', description: 'When it last connected.' }),
    os: t.exposeString('os', { description: 'Its operating system.' }),
    vendor: t.exposeString('vendor', { description: 'Who made it.' }),
  }),
});

/** The input fields that the device of a new contact and a registered device have in common. */
export const appDeviceFields = (t: InputFieldBuilder<typeof builder.$inferSchemaTypes, 'InputObject'>) => ({
  guid: t.string({ description: 'Its unique id, for `deduplicate: [GUID]`.' }),
  bundle: t.string({ description: 'The id of the app, like `com.example.app`.' }),
  vendorId: t.string({ description: 'The id that the vendor of the app knows it by.' }),
  advId: t.string({ description: 'The id for advertising.' }),
  installId: t.string({ description: 'The id of this installation of the app.' }),
  os: t.string({ description: 'Its operating system.' }),
  device: t.string({ description: 'Its model.' }),
  createdAt: t.field({ type: 'DateTime', description: 'When it was first known.' }),
  created: t.field({
    type: 'DateTime',
    description: 'When it was first known.',
    deprecationReason: 'Use createdAt.',
  }),
  lastSeenAt: t.field({ type: 'DateTime', description: 'When it was last there.' }),
  lastSeen: t.field({
    type: 'DateTime',
    description: 'When it was last there.',
    deprecationReason: 'Use lastSeenAt.',
  }),
});

export const DeviceInput = builder.inputType('DeviceInput', {
  description: 'A device as the app on it knows it. Each text has 1 to 256 characters.',
  fields: (t) => ({
    ...appDeviceFields(t),
    source: t.string({ description: 'Where the description comes from.' }),
    modifiedAt: t.field({ type: 'DateTime', description: 'When its description last changed.' }),
    modified: t.field({
      type: 'DateTime',
      description: 'When its description last changed.',
      deprecationReason: 'Use modifiedAt.',
    }),
  }),
});

const DeviceConnection = connectionOf(DeviceRef, 'the devices of a contact');

builder.objectFields(ContactRef, (t) => ({
  devices: t.field({
    type: DeviceConnection,
    description: `The devices of the contact, the one that connected last first. ${branchCost}`,
    args: forwardArgs(t.arg),
    extensions: { ...branch('devices', parseFirstPage), ...requiresScope('customer_read', { session: true }) },
    resolve: contactDevices,
  }),
}));
