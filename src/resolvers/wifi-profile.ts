import type { Context } from '../context.ts';
import type { Contact } from '../model.ts';
import type { AppInput } from './app.ts';
import type { Optional } from './input/scalar-input.ts';
import { nullIfNotFound } from './null-if-not-found.ts';
import {
  type PasspointSettings,
  parseAppArgument,
  readWifiSettings,
  type Wpa2EnterpriseSettings,
} from './wifi-settings.ts';

/** The data that a phone needs to install a WiFi profile: the settings of the organization or of an app, and the contact's username. */
export type WifiProfiles = {
  passpoint: (PasspointSettings & WithUsername) | undefined;
  wpa2Enterprise: (Wpa2EnterpriseSettings & WithUsername) | undefined;
};

type WithUsername = { readonly username: string };

/**
 * Resolves the WiFi profiles of a contact; null for a contact without a username, which cannot log in, and for an app that the
 * organization does not have.
 *
 * @throws {BadUserInput} for an invalid app
 */
export async function contactWifiProfiles(
  { username }: Contact,
  { app }: { app?: Optional<AppInput> },
  context: Context,
): Promise<WifiProfiles | null> {
  const named = app == null ? undefined : parseAppArgument(app);
  if (username == null) return null;
  const settings =
    named === undefined ? await context.organization() : await readWifiSettings(named, context).catch(nullIfNotFound);
  if (settings === null) return null;
  const { passpoint, wpa2Enterprise } = settings;
  return {
    passpoint: passpoint && { ...passpoint, username },
    wpa2Enterprise: wpa2Enterprise && { ...wpa2Enterprise, username },
  };
}
