import type { Context } from '../context.ts';
import { type App, type Organization, outerIdentityUser } from '../model.ts';
import { type AppInput, parseApp } from './app.ts';
import type { Optional } from './input/scalar-input.ts';
import { InputValidator } from './input/validator.ts';
import { nullIfNotFound } from './null-if-not-found.ts';

/** What a device checks of the server that authenticates it; undefined where neither the upstream nor the configuration says it. */
type Server = {
  readonly outerIdentity?: string | undefined;
  readonly trustedServerNames?: readonly string[] | undefined;
};

/** Settings of Passpoint networks. */
export type PasspointSettings = Server & {
  readonly realm: string;
  readonly friendlyName?: Optional<string>;
  readonly roaming?: Optional<boolean>;
};

/** Settings of a network with WPA2-Enterprise. */
export type Wpa2EnterpriseSettings = Server & { readonly ssid: string; readonly ssidHidden?: Optional<boolean> };

/** The WiFi settings of an app, with the server that the configuration names. */
export type WifiSettings = {
  readonly defaultLocationId: string | undefined;
  readonly passpoint: PasspointSettings | undefined;
  readonly wpa2Enterprise: Wpa2EnterpriseSettings | undefined;
};

/** Resolves the WiFi settings of an app; null for an app that the organization does not have. @throws {BadUserInput} */
export async function organizationWifiSettings(
  _organization: Organization,
  { app }: { app: AppInput },
  context: Context,
): Promise<WifiSettings | null> {
  return readWifiSettings(parseAppArgument(app), context).catch(nullIfNotFound);
}

/** Parses the argument `app` of a query. @throws {BadUserInput} */
export function parseAppArgument(input: AppInput): App {
  const validator = new InputValidator();
  const app = parseApp(input, validator.nested('app'));
  validator.throwProblems();
  if (app === undefined) throw new TypeError('A validator without problems returns a value.');
  return app;
}

/** Reads the WiFi settings of an app. @throws {NotFound} for an app that the organization does not have */
export async function readWifiSettings(app: App, context: Context): Promise<WifiSettings> {
  const [organization, settings] = await Promise.all([
    context.organization(),
    context.organizationReads.appSettings(app),
  ]);
  const domain = organization.wifiServerDomain ?? context.wifiServerDomain;
  const { defaultLocationId, passpoint, wpa2Enterprise } = settings;
  return {
    defaultLocationId,
    passpoint: passpoint && {
      realm: passpoint.realm,
      friendlyName: passpoint.friendlyName,
      roaming: passpoint.roaming,
      ...serverOf(domain, organization.passpoint),
    },
    wpa2Enterprise: wpa2Enterprise && {
      ssid: wpa2Enterprise.ssid,
      ssidHidden: wpa2Enterprise.ssidHidden,
      ...serverOf(domain, organization.wpa2Enterprise),
    },
  };
}

/** The server is made of its domain, as the vendor's SDK does; without a domain the values of the organizations file are used. */
function serverOf(domain: string | undefined, configured: Server | undefined): Server {
  if (domain !== undefined) return { outerIdentity: `${outerIdentityUser}@${domain}`, trustedServerNames: [domain] };
  return { outerIdentity: configured?.outerIdentity, trustedServerNames: configured?.trustedServerNames };
}
