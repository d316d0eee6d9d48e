import type { Context } from '../context.ts';
import type { Contact, Organization } from '../model.ts';

/** The data that a phone needs to install a WiFi profile: the organization's settings and the contact's username. */
export type WifiProfiles = {
  passpoint: WithUsername<Organization['passpoint']>;
  wpa2Enterprise: WithUsername<Organization['wpa2Enterprise']>;
};

type WithUsername<Settings> = (NonNullable<Settings> & { username: string }) | undefined;

/** Resolves the WiFi profiles of a contact; null for a contact without a username, which cannot log in. */
export async function contactWifiProfiles(
  { username }: Contact,
  _args: object,
  context: Context,
): Promise<WifiProfiles | null> {
  if (username == null) return null;
  const { passpoint, wpa2Enterprise } = await context.organization();
  return {
    passpoint: passpoint && { ...passpoint, username },
    wpa2Enterprise: wpa2Enterprise && { ...wpa2Enterprise, username },
  };
}
