import type { ObjectFieldBuilder } from '@pothos/core';
import { type AppInput as AppInputValue, appKey } from '../resolvers/app.ts';
import {
  organizationWifiSettings,
  type PasspointSettings,
  parseAppArgument,
  type WifiSettings,
  type Wpa2EnterpriseSettings,
} from '../resolvers/wifi-settings.ts';
import { AppInput } from './app.ts';
import { builder } from './builder.ts';
import { addOrganizationProof, type CountCalls, costs } from './call-cost.ts';
import { OrganizationRef, organizationAccess } from './organization.ts';

type Fields<T> = ObjectFieldBuilder<typeof builder.$inferSchemaTypes, T>;

const outerIdentity =
  'The identity that the outer EAP exchange shows; null where the gateway is not configured with it.';
const trustedServerNames =
  'Common names of the server certificates to trust; null where the gateway is not configured with them.';

/** The fields that the Passpoint settings of an app and the profile of a contact have in common. */
export const passpointFields = (t: Fields<PasspointSettings>) => ({
  realm: t.exposeString('realm', { nullable: false, description: 'The home realm that the device recognizes.' }),
  friendlyName: t.exposeString('friendlyName', { description: 'What a person sees of the network.' }),
  roaming: t.exposeBoolean('roaming', { description: "Whether the device may use others' Passpoint networks." }),
  outerIdentity: t.exposeString('outerIdentity', { description: outerIdentity }),
  trustedServerNames: t.exposeStringList('trustedServerNames', {
    nullable: { list: true, items: false },
    description: trustedServerNames,
  }),
});

/** The fields that the WPA2-Enterprise settings of an app and the profile of a contact have in common. */
export const wpa2EnterpriseFields = (t: Fields<Wpa2EnterpriseSettings>) => ({
  ssid: t.exposeString('ssid', { nullable: false, description: 'The name of the network to connect to.' }),
  ssidHidden: t.exposeBoolean('ssidHidden', {
    description: 'Whether the network does not announce its name; null where the upstream does not say.',
  }),
  outerIdentity: t.exposeString('outerIdentity', { description: outerIdentity }),
  trustedServerNames: t.exposeStringList('trustedServerNames', {
    nullable: { list: true, items: false },
    description: trustedServerNames,
  }),
});

const Passpoint = builder.objectRef<PasspointSettings>('PasspointSettings').implement({
  description: 'The settings of Passpoint (Hotspot 2.0) networks, which are the same for all contacts.',
  fields: passpointFields,
});

const Wpa2Enterprise = builder.objectRef<Wpa2EnterpriseSettings>('Wpa2EnterpriseSettings').implement({
  description: 'The settings of a network that asks for a username (802.1X), which are the same for all contacts.',
  fields: wpa2EnterpriseFields,
});

const WifiSettingsRef = builder.objectRef<WifiSettings>('WifiSettings').implement({
  description: 'The WiFi settings that an organization has made for one of its apps.',
  fields: (t) => ({
    defaultLocationId: t.exposeID('defaultLocationId', {
      description: "The upstream's id of the location that `createContact` takes when this app is named.",
    }),
    passpoint: t.expose('passpoint', { type: Passpoint, description: 'Null where the app does not use it.' }),
    wpa2Enterprise: t.expose('wpa2Enterprise', {
      type: Wpa2Enterprise,
      description: 'Null where the app does not use it.',
    }),
  }),
});

const countSettings: CountCalls<{ app: AppInputValue }> = (calls, { app }) => {
  calls.addOnce(`app ${appKey(parseAppArgument(app))}`);
  addOrganizationProof(calls);
  return undefined;
};

builder.objectField(OrganizationRef, 'wifiSettings', (t) =>
  t.field({
    type: WifiSettingsRef,
    description:
      'The WiFi settings of an app; null when the organization has no such app. They cost an upstream call, whose answer is kept for some minutes.',
    args: { app: t.arg({ type: AppInput, required: true, description: 'Which app.' }) },
    extensions: { ...organizationAccess, ...costs('1 in an operation for each app', countSettings, 'appSettings') },
    resolve: organizationWifiSettings,
  }),
);
