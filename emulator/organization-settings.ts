import { customPolicyPrefix, mandatoryPolicies } from '../src/upstream/wire/index.ts';

/** A policy that an organization asks its contacts to accept. */
export type PolicySetting = { readonly name: string; readonly required: boolean };

/** How the upstream writes policies (endpoint 15): as texts [sdk], or as objects [assumed]. */
export const policyForms = ['texts', 'objects'] as const;

/** The policies of all organizations, and how they are written. */
export type PolicySettings = {
  readonly form: (typeof policyForms)[number];
  readonly policies: readonly PolicySetting[];
};

/** The WiFi settings of an app; a block that is absent is not in the response. */
export type AppSettings = {
  readonly defaultLocationId?: string;
  readonly wpa2?: Readonly<Record<string, unknown>>;
  readonly passpoint?: Readonly<Record<string, unknown>>;
};

/** What organizations have configured, which no call of the API changes. */
export type OrganizationSettings = {
  policies(): PolicySettings;
  setPolicies(settings: Partial<PolicySettings>): void;
  /** Returns the settings of an app, like `ios_com.example.app`; undefined for an app that does not exist. */
  appOf(organizationId: string, app: string): AppSettings | undefined;
  /** Sets or removes an app of an organization. */
  setApp(organizationId: string, app: string, settings: AppSettings | null): void;
  reset(): void;
};

const optional = ['minimumAgeVerification', 'mktgCommunications', `${customPolicyPrefix}emailMarketing`];

const defaultPolicies: PolicySettings = {
  form: 'texts',
  policies: [
    ...mandatoryPolicies.map((name) => ({ name, required: true })),
    ...optional.map((name) => ({ name, required: false })),
  ],
};

const wpa2 = { ssid: 'securewifi.io', ssidHidden: false };
const passpoint = { realm: 'wifi.cloud4wi.com', friendlyName: 'Cloud4Wi WiFi', roaming: false };

/** Creates the settings. @param locationOf returns the default location of an organization's apps */
export function createOrganizationSettings(
  locationOf: (organizationId: string) => string | undefined,
): OrganizationSettings {
  let policies = defaultPolicies;
  const apps = new Map<string, AppSettings | null>();

  /** The apps that every organization has: with both blocks, with one of them, and with none. */
  function defaultApp(organizationId: string, app: string): AppSettings | undefined {
    const defaultLocationId = locationOf(organizationId);
    if (app === 'ios_com.example.app') {
      return { ...(defaultLocationId !== undefined && { defaultLocationId }), wpa2, passpoint };
    }
    if (app === 'android_com.example.app') return { wpa2: { ...wpa2, ssidHidden: true } };
    if (app === 'ios_com.example.passpoint') return { passpoint };
    return app === 'ios_com.example.bare' ? {} : undefined;
  }

  return {
    policies: () => policies,
    setPolicies(settings) {
      policies = { ...policies, ...settings };
    },
    appOf(organizationId, app) {
      const changed = apps.get(`${organizationId}/${app}`);
      return changed === null ? undefined : (changed ?? defaultApp(organizationId, app));
    },
    setApp: (organizationId, app, settings) => void apps.set(`${organizationId}/${app}`, settings),
    reset() {
      policies = defaultPolicies;
      apps.clear();
    },
  };
}
