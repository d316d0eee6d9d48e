import { z } from 'zod';
import { appDeviceField } from '../../src/upstream/wire/index.ts';
import { type Endpoint, rejectAllParams, requireContact, writeScopes } from '../endpoint.ts';
import { parseBody } from '../request-body.ts';
import { bodySchema } from '../wire-names.ts';

const text = z.string().optional();
const flag = z.boolean().optional();

const registration = bodySchema(appDeviceField, {
  ...{ source: text, bundle: text, vendorId: text, advId: text, installId: text, os: text, osVersion: text },
  ...{ device: text, created: text, guid: text, lastSeen: text, pushToken: text },
  ...{ passpointInstalled: flag, wpa2EnterpriseInstalled: flag },
});

/** A device that an app has registered, with its push token. */
export type Registration = z.output<typeof registration>;

/** Endpoint 18: registers the device of an app, or updates the one with the same guid or installation [assumed]. */
export const registerDevice: Endpoint = {
  scopes: writeScopes,
  status: 201,
  takesBody: true,
  handle(call) {
    rejectAllParams(call);
    const { cid } = requireContact(call);
    call.organization.registerDevice(cid, parseBody(registration, call.body));
    return {};
  },
};
