import fc from 'fast-check';

/** Texts that an upstream may write in some field: valid in one format or another, nearly valid, or nothing at all. */
const texts = [
  ...['', ' ', '0', '-1', '1e3', '9007199254740993', '1.5', '+5', 'NaN', 'true', 'null', '__proto__', 'constructor'],
  ...['2022-07-21T18:41:09Z', '2022-07-21T18:41:09', '2022-07-21t18:41:09.123456+05:30', '2022-02-31T25:61:00Z'],
  ...['9999-12-31T23:59:59-12:00', '0000-01-01T00:00:00Z', '2022-07-21', '2024-02-29', '02-29', '02-30', '1658428869'],
  ...[
    'ada@example.com',
    'ñandú@exämple.com',
    '用户@例子.广告',
    'a b@example.com',
    'a@b@c',
    `${'x'.repeat(250)}@example.com`,
  ],
  ...[
    '+14155552671',
    '14155552671',
    '0039 050',
    '+1 (415) 555',
    'IT',
    'it',
    'UK',
    'uk',
    'EL',
    'XX',
    'XK',
    'GBR',
    'ITALY',
  ],
  ...['en', 'EN', 'en-GB', 'zh_Hant', 'eng', 'iw', 'klingon', 'male', 'FEMALE', 'M', 'f', 'O', 'x', 'mr', 'Lady', 'Dr'],
  ...[
    'confirmed',
    'CONFIRM_WAITING',
    'splashportal',
    'GUEST_WIFI',
    'QR code',
    'visit',
    'LOGIN',
    'send_sms',
    'teleport',
  ],
  ...['id-1', '../x', 'a b', 'AA-BB-CC-DD-EE-FF', '192.0.2.1', 'x'.repeat(300), 'a\u0000b', '\ufeffx', '\ud800'],
];

const scalar = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...texts) },
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom<unknown>(null, undefined, true, false, 0, -0, 7, -1, 1.5, 2 ** 31, 2 ** 53, 1e300, 1658428869000),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);

/** Any value of JSON, most of them texts; `undefined` for one that is absent. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 12, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }),
  fc.dictionary(fc.string(), fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })), { maxKeys: 3 }),
);

/** An object in which each name has an odd value, but for those that have their own. */
export function oddObject(
  names: Readonly<Record<string, unknown>>,
  own: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(Object.keys(names).map((name) => [name, own[name] ?? oddValue])));
}
