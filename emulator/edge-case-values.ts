/** Every optional field of a contact with the same value: null, an empty text, or undefined for absent. */
export function nothing(value: null | '' | undefined): Record<string, null | '' | undefined> {
  return Object.fromEntries(optional.map((name) => [name, value]));
}

const optional = [
  ...['title', 'firstName', 'lastName', 'gender', 'birthDate', 'birthDay', 'age', 'country', 'zipCode', 'email'],
  ...['emailVerified', 'phone', 'phoneVerified', 'signupMethod', 'externalIdentityId', 'username', 'locked'],
  ...['locationCid', 'system', 'enabled', 'type', 'locationName', 'personalId', 'externalSource', 'lastLogin'],
  ...['segmentCids', 'logins', 'policies', 'segments', 'extId', 'metrics', 'language', 'companyName'],
  ...['civilStatus', 'doubleOptin', 'custom', 'document', 'picture', 'profileId', 'processingData'],
];

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

export const invalidDates = {
  birthDate: '1990-02-30',
  birthDay: '13-45',
  age: '-1',
  lastLogin: 'yesterday',
};

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

/** Keys that reach a prototype when they are assigned, as own keys all the same. */
export function hostile(): Record<string, unknown> {
  return { ['__proto__']: { polluted: true }, constructor: 'mine', prototype: { polluted: true }, toString: 'text' };
}
