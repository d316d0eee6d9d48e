import type { Context } from '../context.ts';
import type { Contact, Organization } from '../model.ts';

/** What a phone needs to install a WiFi profile: the organization's settings and whose profile it is. */
export type WifiProfiles = {
  passpoint: WithUsername<Organization['passpoint']>;
  wpa2Enterprise: WithUsername<Organization['wpa2Enterprise']>;
};

type WithUsername<Settings> = (NonNullable<Settings> & { username: string }) | undefined;

/** All but the username is the same for a whole organization; a contact without username cannot log in anywhere. */
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
