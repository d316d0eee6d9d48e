import type { Device } from '../model.ts';
import { contactDevices } from '../resolvers/device.ts';
import { builder } from './builder.ts';
import { connectionOf, forwardArgs } from './connection.ts';
import { ContactRef } from './contact.ts';
import { branch } from './look-ahead.ts';

const DeviceRef = builder.objectRef<Device>('Device').implement({
  description: 'A device with which a contact has connected to the WiFi.',
  fields: (t) => ({
    macAddress: t.exposeString('macAddress', { description: 'Its WiFi MAC address, as the upstream writes it.' }),
    connectionCount: t.exposeInt('connections', { description: 'How often it has connected.' }),
    lastConnectedAt: t.expose('lastConnection', { type: 'DateTime', description: 'When it last connected.' }),
    os: t.exposeString('os', { description: 'Its operating system.' }),
    vendor: t.exposeString('vendor', { description: 'Who made it.' }),
  }),
});

const DeviceConnection = connectionOf(DeviceRef, 'the devices of a contact');

builder.objectFields(ContactRef, (t) => ({
  devices: t.field({
    type: DeviceConnection,
    description: 'The devices of the contact, the one that connected last first.',
    args: forwardArgs(t.arg, 20),
    extensions: branch('devices'),
    resolve: contactDevices,
  }),
}));
