export const canary = 'canary';
const long = `${canary}${'x'.repeat(251)}`;

/** Invalid values of the fields that createContact and updateContact have in common. */
export const invalidFields: Record<string, unknown[]> = {
  ...Object.fromEntries(
    ['firstName', 'lastName', 'zipCode', 'companyName', 'extId', 'extProp1', 'extProp2'].map((name) => [
      name,
      ['', long, `${canary}\0`],
    ]),
  ),
  phone: [canary, '', '14155552671', '+1415 555', '+014155552671', '+12', '+1234567890123456', 5, {}],
  email: [canary, '', `${canary}@`, `a b@${canary}.com`, `${canary}@example.com\n`, 5],
  birthDate: [canary, '', '2023-02-29', '2024-13-01', '1990-1-1', '1990-01-01T00:00:00Z', 19900101],
  language: [canary, '', 'eng', 'e', 'é1', 5],
  country: [canary, '', 'XX', 'ITA', 5],
  custom: [canary, [], 5, true, { canary: 2 ** 53 }, nested(33)],
};

const text = ['', long, `${canary}\0`];
const id = ['', '..', 'a/b', `${canary}%2f`, 'x'.repeat(129)];

/** Invalid values of the fields of createContact, by the path of the field. */
export const invalidCreateFields: Record<string, unknown[]> = {
  ...invalidFields,
  ...{ locationId: id, hotspotId: id, username: text, password: text, profileId: text },
  picture: ['', `${canary}${'x'.repeat(2043)}`],
  ...Object.fromEntries(
    ['type', 'number', 'memberId', 'passportNumber', 'personalId'].map((name) => [`document.${name}`, text]),
  ),
  ...Object.fromEntries(
    ['guid', 'source', 'bundle', 'vendorId', 'advId', 'installId', 'os', 'device'].map((name) => [
      `device.${name}`,
      text,
    ]),
  ),
  ...Object.fromEntries(
    ['created', 'modified', 'lastSeen'].map((name) => [
      `device.${name}`,
      [canary, '2024-02-30T00:00:00Z', '2024-01-01', 5],
    ]),
  ),
  'policies.privacy': [false, null],
  'policies.termsOfUse': [false, null],
};

function nested(depth: number): object {
  return depth === 1 ? {} : { canary: nested(depth - 1) };
}

/** An input with a value at a path: `{device: {os: value}}` of `device.os`. */
export function at(path: string, value: unknown): object {
  return path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value) as object;
}

/** Adds the fields of one input to another, at every depth. */
export function merge(into: Record<string, unknown>, from: object): Record<string, unknown> {
  for (const [key, value] of Object.entries(from)) {
    const existing = into[key];
    into[key] = typeof existing === 'object' && existing !== null ? merge({ ...existing }, value) : value;
  }
  return into;
}
