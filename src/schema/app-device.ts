import { registerContactDevice } from '../resolvers/app-device.ts';
import type { Payload, WrittenContact } from '../resolvers/payload.ts';
import { requiresScope, secretInput } from './access.ts';
import { builder } from './builder.ts';
import { costsWrites } from './call-cost.ts';
import { appDeviceFields } from './device.ts';
import { userErrors, writtenContact } from './payload.ts';
import { nullOnlyOnError } from './semantic-non-null.ts';

const AppDeviceInput = builder.inputType('AppDeviceInput', {
  description:
    'A device as the app on it knows it. Each text has 1 to 256 characters. With the same `guid` or `installId` a device is updated.',
  fields: (t) => ({
    ...appDeviceFields(t),
    osVersion: t.string({ description: 'The version of its operating system.' }),
  }),
});

const InstalledProfilesInput = builder.inputType('InstalledProfilesInput', {
  description: 'Which WiFi profiles the app has installed on a device. What is left out is not told.',
  fields: (t) => ({
    passpoint: t.boolean({ description: 'Whether the Passpoint profile is installed.' }),
    wpa2Enterprise: t.boolean({ description: 'Whether the WPA2-Enterprise profile is installed.' }),
  }),
});

const RegisterContactDeviceInput = builder.inputType('RegisterContactDeviceInput', {
  description: 'Which app and device a contact uses: at least one value.',
  fields: (t) => ({
    id: t.id({
      description: 'The global id of the contact. A customer session may leave it out: it means its own contact.',
    }),
    device: t.field({ type: AppDeviceInput, required: true, description: 'The device and the app on it.' }),
    pushToken: t.string({
      description:
        'The token with which the app receives push notifications, 1 to 4096 characters. It is treated like a password, so send it as a variable.',
      extensions: secretInput,
    }),
    installedProfiles: t.field({ type: InstalledProfilesInput, description: 'The WiFi profiles on the device.' }),
  }),
});

const RegisterContactDevicePayload = builder
  .objectRef<Payload<WrittenContact>>('RegisterContactDevicePayload')
  .implement({
    description: 'What became of a registration.',
    fields: (t) => ({ contact: t.field(writtenContact), userErrors: t.expose('userErrors', userErrors) }),
  });

builder.mutationField('registerContactDevice', (t) =>
  t.field({
    type: RegisterContactDevicePayload,
    description:
      'Tells which app and device a contact uses, its push token, and which WiFi profiles the app has installed. A request with an `Idempotency-Key` is done once: a repeat gets the same answer.',
    args: {
      input: t.arg({ type: RegisterContactDeviceInput, required: true, description: 'Whose device, and what it is.' }),
    },
    extensions: {
      ...requiresScope('customer_write', { session: true }),
      ...costsWrites('registerDevice'),
      ...nullOnlyOnError,
    },
    resolve: registerContactDevice,
  }),
);
