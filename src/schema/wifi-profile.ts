import { type AppInput as AppInputValue, appKey } from '../resolvers/app.ts';
import type { Optional } from '../resolvers/input/scalar-input.ts';
import { contactWifiProfiles, type WifiProfiles } from '../resolvers/wifi-profile.ts';
import { parseAppArgument } from '../resolvers/wifi-settings.ts';
import { requiresScope } from './access.ts';
import { AppInput } from './app.ts';
import { builder } from './builder.ts';
import { addOrganizationProof, type CountCalls, costs } from './call-cost.ts';
import { ContactRef } from './contact.ts';
import { passpointFields, wpa2EnterpriseFields } from './wifi-settings.ts';

const username = 'The username of the contact.';

const Passpoint = builder.objectRef<NonNullable<WifiProfiles['passpoint']>>('PasspointProfile').implement({
  description: 'What a device needs to join Passpoint (Hotspot 2.0) networks by itself.',
  fields: (t) => ({
    ...passpointFields(t),
    username: t.exposeString('username', { nullable: false, description: username }),
  }),
});

const Wpa2Enterprise = builder
  .objectRef<NonNullable<WifiProfiles['wpa2Enterprise']>>('Wpa2EnterpriseProfile')
  .implement({
    description: 'What a device needs to join a network that asks for a username (802.1X).',
    fields: (t) => ({
      ...wpa2EnterpriseFields(t),
      username: t.exposeString('username', { nullable: false, description: username }),
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

const countSettings: CountCalls<{ app?: Optional<AppInputValue> }> = (calls, { app }) => {
  if (app != null) calls.addOnce(`app ${appKey(parseAppArgument(app))}`);
  addOrganizationProof(calls);
  return undefined;
};

builder.objectFields(ContactRef, (t) => ({
  wifiProfiles: t.field({
    type: WifiProfilesRef,
    description:
      'The WiFi profiles that an app can install for the contact; null for a contact without username, and for an app that the organization does not have.',
    args: {
      app: t.arg({
        type: AppInput,
        description:
          'The app, whose settings cost one upstream call for all contacts, kept for some minutes. Without it, the settings are those that the gateway is configured with.',
      }),
    },
    extensions: {
      ...requiresScope('customer_read', { session: true }),
      ...costs('with `app`: 1 in an operation for each app', countSettings, 'appSettings'),
    },
    resolve: contactWifiProfiles,
  }),
}));
