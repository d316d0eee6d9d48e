/** Body of an update (endpoint 9) [doc]. */
export const updateField = {
  firstName: 'firstName',
  lastName: 'lastName',
  phoneNumber: 'phoneNumber',
  phoneVerified: 'phoneVerified',
  email: 'email',
  emailVerified: 'emailVerified',
  gender: 'gender',
  birthDate: 'birthDate',
  language: 'language',
  country: 'country',
  zipCode: 'zipCode',
  companyName: 'companyName',
  civilStatus: 'civilStatus',
  doubleOptin: 'doubleOptin',
  custom: 'custom',
  extId: 'extId',
  extProp1: 'extProp1',
  extProp2: 'extProp2',
} as const;

/** Body of a creation (endpoint 8) [doc]. Its policies are an object of booleans by the policies' keys. */
export const createField = {
  ...updateField,
  organizationId: 'organizationId',
  locationId: 'locationId',
  hotspotId: 'hotspotId',
  source: 'source',
  username: 'username',
  password: 'password',
  picture: 'picture',
  policies: 'policies',
  document: 'document',
  lock: 'lock',
  profileId: 'profileId',
  processingData: 'processingData',
  device: 'device',
} as const;

/** Fields of the objects within a creation [doc]. */
export const createBlock = {
  document: {
    memberId: 'memberId',
    number: 'number',
    passportNumber: 'passportNumber',
    personalId: 'personalId',
    type: 'type',
  },
  processingData: { profiling: 'profiling', processingPersonalData: 'processingPersonalData' },
  device: {
    source: 'source',
    bundle: 'bundle',
    vendorId: 'vendorId',
    advId: 'advId',
    installId: 'installId',
    os: 'os',
    device: 'device',
    created: 'created',
    guid: 'guid',
    modified: 'modified',
    lastSeen: 'lastSeen',
  },
} as const;

/** Fields of a creation that the documentation does not list, and the vendor's SDK sends [sdk]. */
export const sdkCreateField = { browserLanguage: 'browserLanguage' } as const;
/** Fields of an update that the documentation does not list, and the vendor's SDK sends [sdk]. */
export const sdkUpdateField = { document: 'document', processingData: 'processingData' } as const;

/** Body of the check of a username and a password (endpoint 16) [sdk]. The password is a secret. */
export const credentialsField = {
  username: 'username',
  password: 'password',
  organizationId: 'organizationId',
} as const;

/** Body that tells which app and device a contact uses (endpoint 18) [sdk]. The push token is a secret. */
export const appDeviceField = {
  source: 'source',
  bundle: 'bundle',
  vendorId: 'vendorId',
  advId: 'advId',
  installId: 'installId',
  os: 'os',
  osVersion: 'osVersion',
  device: 'device',
  created: 'created',
  guid: 'guid',
  lastSeen: 'lastSeen',
  pushToken: 'pushToken',
  passpointInstalled: 'pp_installed',
  wpa2EnterpriseInstalled: 'wpa2ent_installed',
} as const;

/** What a creation answers [doc]; the password in this answer only. */
export const createdField = {
  id: 'id',
  organizationId: 'organizationId',
  locationId: 'locationId',
  hotspotId: 'hotspotId',
  username: 'username',
  password: 'password',
  locked: 'locked',
} as const;

/** Body that sets policies (endpoint 6) [assumed]. */
export const policiesField = { policies: 'policies' } as const;
/** One entry of the list of policies [assumed]. */
export const acceptanceField = { key: 'policyKey', accepted: 'accepted' } as const;
