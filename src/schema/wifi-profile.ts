import { contactWifiProfiles, type WifiProfiles } from '../resolvers/wifi-profile.ts';
import { requiresScope } from './access.ts';
import { builder } from './builder.ts';
import { ContactRef } from './contact.ts';

const outerIdentity = 'The identity that the outer EAP exchange shows.';
const trustedServerNames = 'Common names of the server certificates to trust.';
const username = 'The username of the contact.';

const Passpoint = builder.objectRef<NonNullable<WifiProfiles['passpoint']>>('PasspointProfile').implement({
  description: 'What a device needs to join Passpoint (Hotspot 2.0) networks by itself.',
  fields: (t) => ({
    realm: t.exposeString('realm', { nullable: false, description: 'The home realm that the device recognizes.' }),
    friendlyName: t.exposeString('friendlyName', {
      nullable: false,
      description: 'What a person sees of the network.',
    }),
    roaming: t.exposeBoolean('roaming', {
      nullable: false,
      description: "Whether the device may use others' Passpoint networks.",
    }),
    outerIdentity: t.exposeString('outerIdentity', { nullable: false, description: outerIdentity }),
    username: t.exposeString('username', { nullable: false, description: username }),
    trustedServerNames: t.exposeStringList('trustedServerNames', {
      nullable: { list: false, items: false },
      description: trustedServerNames,
    }),
  }),
});

const Wpa2Enterprise = builder
  .objectRef<NonNullable<WifiProfiles['wpa2Enterprise']>>('Wpa2EnterpriseProfile')
  .implement({
    description: 'What a device needs to join a network that asks for a username (802.1X).',
    fields: (t) => ({
      ssid: t.exposeString('ssid', { nullable: false, description: 'The name of the network to connect to.' }),
      outerIdentity: t.exposeString('outerIdentity', { nullable: false, description: outerIdentity }),
      username: t.exposeString('username', { nullable: false, description: username }),
      trustedServerNames: t.exposeStringList('trustedServerNames', {
        nullable: { list: false, items: false },
        description: trustedServerNames,
      }),
    }),
  });

const WifiProfilesRef = builder.objectRef<WifiProfiles>('WifiProfiles').implement({
  description: 'The WiFi profiles that an app can install for a contact.',
  fields: (t) => ({
    passpoint: t.expose('passpoint', { type: Passpoint, description: 'Null where the organization does not use it.' }),
    wpa2Enterprise: t.expose('wpa2Enterprise', {
      type: Wpa2Enterprise,
      description: 'Null where the organization does not use it.',
    }),
  }),
});

builder.objectFields(ContactRef, (t) => ({
  wifiProfiles: t.field({
    type: WifiProfilesRef,
    description: 'The WiFi profiles that an app can install for the contact; null for a contact without username.',
    extensions: requiresScope('customer_read', { session: true }),
    resolve: contactWifiProfiles,
  }),
}));
