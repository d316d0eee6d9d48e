import { type Decoded, flag, nonEmptyText, optional, optionalId, text } from '../decode/fields.ts';
import { rowDecoder } from '../decode/row.ts';
import type { Upstream } from '../operation/upstream.ts';
import { appSettingsBlock, appSettingsField, path } from '../wire/index.ts';

/** An app by its operating system and its bundle id, which the resolver has checked: both become part of a path. */
export type App = { readonly os: string; readonly bundle: string };

/** Decodes the block of a WPA2-Enterprise network. */
export const wpa2 = optional(rowDecoder(appSettingsBlock.wpa2, { ssid: nonEmptyText, ssidHidden: flag }, ['ssid']));
/** Decodes the block of a Passpoint network. */
export const passpoint = optional(
  rowDecoder(appSettingsBlock.passpoint, { realm: nonEmptyText, friendlyName: text, roaming: flag }, ['realm']),
);

/** The WiFi settings of an app. A block is undefined where the organization does not use that kind of network. */
export type AppSettings = {
  readonly defaultLocationId: string | undefined;
  readonly wpa2Enterprise: NonNullable<Decoded<typeof wpa2>> | undefined;
  readonly passpoint: NonNullable<Decoded<typeof passpoint>> | undefined;
};

/** Endpoint 17: reads the WiFi settings of an app. @throws {NotFound} for an app that the organization does not have */
export function getAppSettings(upstream: Upstream, { os, bundle }: App): Promise<AppSettings> {
  return upstream.readSettings('appSettings', path.appSettings(upstream.organizationId, os, bundle), (answer) => ({
    defaultLocationId: answer.optional(appSettingsField.defaultLocationId, optionalId),
    wpa2Enterprise: answer.optional(appSettingsField.wpa2, wpa2),
    passpoint: answer.optional(appSettingsField.passpoint, passpoint),
  }));
}
