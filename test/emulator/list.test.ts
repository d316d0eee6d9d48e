import { expect, test } from 'vitest';
import { edge, sharedValues } from '../../emulator/edge-cases.ts';
import type { Contact } from '../../emulator/emulator.ts';
import { cidsOf, contactsPath, hasAccepted, readScroll, startTestEmulator } from './support.ts';

const { emulator, api } = await startTestEmulator({ contacts: 1500 });

const list = (params: Record<string, string>) => api('GET', contactsPath(emulator, params));

test('a page of the list has an envelope with count, total and sid', async () => {
  const { status, body, headers } = await list({ size: '25' });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json');
  expect(body).toMatchObject({ status: 'OK', count: 25, total: 1500, sid: expect.any(String) });
  expect(new Date(body.generated).toISOString()).toBe(body.generated);
  expect(body.customers).toEqual(emulator.contacts().slice(0, 25).map(toJson));
});

test('rows of the list lack the fields that only the profile has', async () => {
  const { body } = await list({ size: '5' });
  for (const row of body.customers) {
    expect(row).not.toHaveProperty('custom');
    expect(row).not.toHaveProperty('language');
  }
});

const [january, june] = ['2025-01-01T00:00:00Z', '2025-06-01T00:00:00Z'];
const location = () => emulator.contacts()[40]?.locationCid ?? '';
const otherLocation = () => emulator.contacts()[41]?.locationCid ?? '';
const isNonEmptyText = (value: unknown) => typeof value === 'string' && value !== '';
const filters: [string, () => Record<string, string>, (contact: Contact) => boolean][] = [
  ['email', () => ({ withEmail: 'true' }), ({ email }) => isNonEmptyText(email)],
  ['no email', () => ({ withEmail: 'false' }), ({ email }) => !isNonEmptyText(email)],
  ['verified email', () => ({ withEmailVerified: 'true' }), (c) => isNonEmptyText(c.email) && c.emailVerified === true],
  ['phone', () => ({ withPhone: 'true' }), ({ phone }) => isNonEmptyText(phone)],
  ['verified phone', () => ({ withPhoneVerified: 'true' }), (c) => isNonEmptyText(c.phone) && c.phoneVerified === true],
  ['signup method', () => ({ signupMethod: 'kiosk' }), (c) => c.signupMethod === 'kiosk'],
  ['location', () => ({ locations: location() }), (c) => c.locationCid === location()],
  [
    'locations',
    () => ({ locations: `${location()},${otherLocation()}` }),
    (c) => c.locationCid === location() || c.locationCid === otherLocation(),
  ],
  [
    'created since',
    () => ({ createdStart: january }),
    (c) => isNonEmptyText(c.created) && String(c.created) >= january,
  ],
  ['created until', () => ({ createdEnd: january }), (c) => isNonEmptyText(c.created) && String(c.created) <= january],
  [
    'modified between',
    () => ({ modifiedStart: january, modifiedEnd: june }),
    (c) => isNonEmptyText(c.modified) && String(c.modified) >= january && String(c.modified) <= june,
  ],
  ['marketing', () => ({ mktgCommunications: 'true' }), (c) => hasAccepted(c, 'mktgCommunications')],
  ['age', () => ({ ageVerification: 'true' }), (c) => hasAccepted(c, 'minimumAgeVerification')],
  ['custom opt-in', () => ({ 'customOptin.emailMarketing': 'true' }), (c) => hasAccepted(c, 'customs.emailMarketing')],
  [
    'two custom opt-ins',
    () => ({ 'customOptin.emailMarketing': 'true', 'customOptin.my_policy': 'true' }),
    (c) => hasAccepted(c, 'customs.emailMarketing') && hasAccepted(c, 'customs.my_policy'),
  ],
  [
    'several at once',
    () => ({ withEmail: 'true', withPhone: 'true', createdStart: january, signupMethod: 'api' }),
    (c) =>
      isNonEmptyText(c.email) && isNonEmptyText(c.phone) && String(c.created) >= january && c.signupMethod === 'api',
  ],
];

test.for(filters)('the list filters by %s', async ([, params, holds]) => {
  const expected = emulator
    .contacts()
    .filter(holds)
    .map(({ cid }) => cid);
  const { body } = await list({ size: '10000', ...params() });
  expect(body.total).toBe(expected.length);
  expect(cidsOf({ body } as never)).toEqual(expected);
  expect(expected.length).toBeGreaterThan(0);
  expect(expected.length).toBeLessThan(1500);
});

test('the list filters by any of several segments', async () => {
  const [first, second] = emulator.contacts()[0]?.segments ?? [];
  const wanted = [first?.cid, second?.cid];
  const { body } = await list({ size: '10000', segments: wanted.join() });
  const expected = emulator
    .contacts()
    .filter(({ segments }) => Array.isArray(segments) && segments.some(({ cid }) => wanted.includes(cid)));
  expect(body.total).toBe(expected.length);
  expect(expected.length).toBeGreaterThan(50);
});

test.for(['email', 'phone', 'username', 'extId', 'extProp1', 'extProp2'] as const)(
  'the list finds both contacts that have the same value of %s',
  async (field) => {
    const found = await list({ [field]: sharedValues[field] });
    expect(cidsOf(found)).toEqual([edge.twin, edge.otherTwin]);
    expect(cidsOf(await list({ [field]: `${sharedValues[field]}x` }))).toEqual([]);
  },
);

test('a search of the list is exact, and can be combined with filters and an order', async () => {
  expect((await list({ email: sharedValues.email.toUpperCase() })).body.count).toBe(0);
  expect((await list({ email: sharedValues.email, phone: '+390501234567' })).body.count).toBe(0);
  const reversed = await list({ email: sharedValues.email, sortBy: 'email', sortReverse: 'true' });
  expect(reversed.body.count).toBe(2);
});

test('an unescaped plus sign in a query parameter is a space', async () => {
  const path = `/v2/customers/organizations/${emulator.organizationId}?phone=`;
  expect((await api('GET', `${path}+390501234567`)).body.count).toBe(0);
  expect((await api('GET', `${path}%2B390501234567`)).body.count).toBe(1);
});

test('a search without a match returns an empty page and no error', async () => {
  expect(await list({ username: 'absent' })).toMatchObject({
    status: 200,
    body: { count: 0, total: 0, customers: [] },
  });
});

test('at least 400 contacts of an import batch have the same creation time', async () => {
  const burst = emulator.contacts()[200];
  const created = burst?.created ?? '';
  const { body } = await list({ createdStart: created, createdEnd: created, size: '1' });
  expect(body.total).toBeGreaterThanOrEqual(400);
});

test.for([
  'unknown=1',
  'Size=10',
  'size=0',
  'size=10001',
  'size=-1',
  'size=1.5',
  'size=1e2',
  'size=',
  'size=10&size=10',
  'withEmail=1',
  'withEmail=TRUE',
  'withEmail=',
  'mktgCommunications=yes',
  'customOptin.emailMarketing=1',
  'customOptin.=true',
  'createdStart=2025-01-01',
  'createdStart=yesterday',
  'createdEnd=2025-02-30T00:00:00Z',
  'createdEnd=2025-01-01T25:00:00Z',
  'modifiedStart=2025-01-01T00:00:00.000Z',
  'modifiedEnd=2025-01-01T00:00:00%2B02:00',
  'signupMethod=telepathy',
  'locations=',
  'segments=a,,b',
  'email=',
  'sortBy=shoeSize',
  'sortBy=',
  'sortReverse=true',
  'sortBy=email&sortReverse=maybe',
  'email=%zz',
  'email=%E0%A4%A',
])('the list parameters %s are a 409', async (query) => {
  const response = await api('GET', `/v2/customers/organizations/${emulator.organizationId}?${query}`);
  expect(response.status).toBe(409);
  expect(response.body).toMatchObject({ status: 'KO', message: expect.any(String), code: 'INVALID_PARAMETERS' });
});

test('a page of the list without a size has ten rows', async () => {
  expect((await api('GET', `/v2/customers/organizations/${emulator.organizationId}`)).body.count).toBe(10);
});

test('a filter applies to all pages of a scroll', async () => {
  const pages = await readScroll(api, emulator, { size: '100', withPhone: 'true', sortBy: 'created' });
  const expected = emulator.contacts().filter(({ phone }) => isNonEmptyText(phone));
  expect(cidsOf(...pages)).toHaveLength(expected.length);
});

function toJson(contact: Contact): unknown {
  return JSON.parse(JSON.stringify(contact));
}
