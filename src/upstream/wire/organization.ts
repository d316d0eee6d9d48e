/** What a client key is (endpoint 13) [sdk]; the form of `scope` and `authorities` is [assumed]. */
export const serviceField = { id: 'id', domains: 'domains', service: 'service' } as const;

/** Fields of the object within the answer of endpoint 13 [sdk]. */
export const serviceBlock = {
  id: 'id',
  name: 'name',
  scope: 'scope',
  authorities: 'authorities',
  organizations: 'organizations',
  locations: 'locations',
} as const;

/** Whether a contact exists (endpoint 14), and whether a username and a password belong together (endpoint 16) [sdk]. */
export const existenceField = { present: 'present', id: 'id', extId: 'extId' } as const;

/** The policies of an organization (endpoint 15) [sdk]: a list of texts, or of objects with these fields [assumed]. */
export const organizationPoliciesField = { policies: 'policies' } as const;
/** Fields of a policy that is an object [assumed]. */
export const organizationPolicyField = { id: 'id', name: 'name', required: 'required' } as const;

/** The WiFi settings of an app (endpoint 17) [sdk]; each block may be absent. */
export const appSettingsField = {
  defaultLocationId: 'defaultLocationId',
  wpa2: 'wpa2',
  passpoint: 'passpoint',
} as const;

/** Fields of the objects within the settings of an app [sdk]. */
export const appSettingsBlock = {
  wpa2: { ssid: 'ssid', ssidHidden: 'ssidHidden' },
  passpoint: { realm: 'realm', friendlyName: 'friendlyName', roaming: 'roaming' },
} as const;

/** The value of `source` that the vendor's SDK sends when it creates a contact or registers a device [sdk]. */
export const appSource = 'mobileapp';

/** What the SDK writes before the domain of the server's certificate, for the outer identity of a WiFi profile [sdk]. */
export const outerIdentityUser = 'anonymous';
