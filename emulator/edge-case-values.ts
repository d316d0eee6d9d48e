/** Returns all optional fields of a contact with the same value: null, an empty text, or undefined for absent. */
export function allOptionalFields(value: null | '' | undefined): Record<string, null | '' | undefined> {
  return Object.fromEntries(optionalFieldNames.map((name) => [name, value]));
}

const optionalFieldNames = [
  ...['title', 'firstName', 'lastName', 'gender', 'birthDate', 'birthDay', 'age', 'country', 'zipCode', 'email'],
  ...['emailVerified', 'phone', 'phoneVerified', 'signupMethod', 'externalIdentityId', 'username', 'locked'],
  ...['locationCid', 'system', 'enabled', 'type', 'locationName', 'personalId', 'externalSource', 'lastLogin'],
  ...['segmentCids', 'logins', 'policies', 'segments', 'extId', 'metrics', 'language', 'companyName'],
  ...['civilStatus', 'doubleOptin', 'custom', 'document', 'picture', 'profileId', 'processingData'],
];

/** Fields whose values have a type that the contract does not allow. */
export const wrongTypes = {
  firstName: 42,
  lastName: ['Rossi'],
  age: 36.5,
  birthDate: 631152000000,
  emailVerified: 'true',
  phoneVerified: 1,
  locked: 'no',
  enabled: 0,
  logins: 'many',
  policies: 'none',
  segments: { cid: 'x', name: 'not a list' },
  segmentCids: 'a,b',
  extId: 'CRM-1',
  metrics: [],
  country: { code: 'IT' },
  custom: ['not', 'an', 'object'],
  document: 'passport',
  processingData: true,
};

/** Dates that do not exist, or that are not dates. */
export const invalidDates = {
  birthDate: '1990-02-30',
  birthDay: '13-45',
  age: '-1',
  lastLogin: 'yesterday',
};

/** Enum values and formats that the contract does not list. */
export const unknownEnums = {
  gender: 'x-unknown',
  country: 'ZZZ',
  signupMethod: 'telepathy',
  language: 'klingon',
  civilStatus: 'Dr',
  doubleOptin: 'maybe',
  email: 'not an address',
  phone: '0',
};

/** Returns an object with own keys that would change a prototype if they were assigned. */
export function hostileKeys(): Record<string, unknown> {
  return { ['__proto__']: { polluted: true }, constructor: 'mine', prototype: { polluted: true }, toString: 'text' };
}
