import { afterAll, beforeAll, expect, test } from 'vitest';
import { edge, sharedValues } from '../../emulator/edge-cases.ts';
import { type Contact, type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Api, cidsOf, connect, listPath, walk } from './support.ts';

let emulator: Emulator;
let api: Api;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 1500 });
  api = await connect(emulator);
});
afterAll(() => emulator.close());

const list = (params: Record<string, string>) => api('GET', listPath(emulator, params));

test('a page has an envelope with count, total and sid', async () => {
  const { status, body, headers } = await list({ size: '25' });
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('application/json');
  expect(body).toMatchObject({ status: 'OK', count: 25, total: 1500, sid: expect.any(String) });
  expect(new Date(body.generated).toISOString()).toBe(body.generated);
  expect(body.customers).toEqual(emulator.contacts().slice(0, 25).map(toJson));
});

test('rows of the list do not hold what only the profile knows', async () => {
  const { body } = await list({ size: '5' });
  for (const row of body.customers) {
    expect(row).not.toHaveProperty('custom');
    expect(row).not.toHaveProperty('language');
  }
});

const [january, june] = ['2025-01-01T00:00:00Z', '2025-06-01T00:00:00Z'];
const location = () => emulator.contacts()[40]?.locationCid ?? '';
const otherLocation = () => emulator.contacts()[41]?.locationCid ?? '';
const [withText, accepted] = [
  (value: unknown) => typeof value === 'string' && value !== '',
  (contact: Contact, policy: string) =>
    Array.isArray(contact.policies) && contact.policies.some(({ name, accepted }) => name === policy && accepted),
];
const filters: [string, () => Record<string, string>, (contact: Contact) => boolean][] = [
  ['email', () => ({ withEmail: 'true' }), ({ email }) => withText(email)],
  ['no email', () => ({ withEmail: 'false' }), ({ email }) => !withText(email)],
  ['verified email', () => ({ withEmailVerified: 'true' }), (c) => withText(c.email) && c.emailVerified === true],
  ['phone', () => ({ withPhone: 'true' }), ({ phone }) => withText(phone)],
  ['verified phone', () => ({ withPhoneVerified: 'true' }), (c) => withText(c.phone) && c.phoneVerified === true],
  ['signup method', () => ({ signupMethod: 'kiosk' }), (c) => c.signupMethod === 'kiosk'],
  ['location', () => ({ locations: location() }), (c) => c.locationCid === location()],
  [
    'locations',
    () => ({ locations: `${location()},${otherLocation()}` }),
    (c) => c.locationCid === location() || c.locationCid === otherLocation(),
  ],
  ['created since', () => ({ createdStart: january }), (c) => withText(c.created) && String(c.created) >= january],
  ['created until', () => ({ createdEnd: january }), (c) => withText(c.created) && String(c.created) <= january],
  [
    'modified between',
    () => ({ modifiedStart: january, modifiedEnd: june }),
    (c) => withText(c.modified) && String(c.modified) >= january && String(c.modified) <= june,
  ],
  ['marketing', () => ({ mktgCommunications: 'true' }), (c) => accepted(c, 'mktgCommunications')],
  ['age', () => ({ ageVerification: 'true' }), (c) => accepted(c, 'minimumAgeVerification')],
  ['custom opt-in', () => ({ 'customOptin.emailMarketing': 'true' }), (c) => accepted(c, 'customs.emailMarketing')],
  [
    'two custom opt-ins',
    () => ({ 'customOptin.emailMarketing': 'true', 'customOptin.my_policy': 'true' }),
    (c) => accepted(c, 'customs.emailMarketing') && accepted(c, 'customs.my_policy'),
  ],
  [
    'several at once',
    () => ({ withEmail: 'true', withPhone: 'true', createdStart: january, signupMethod: 'api' }),
    (c) => withText(c.email) && withText(c.phone) && String(c.created) >= january && c.signupMethod === 'api',
  ],
];

test.for(filters)('filters by %s', async ([, params, holds]) => {
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

test('filters by any of several segments', async () => {
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
  'searches by %s, which two contacts may share',
  async (field) => {
    const found = await list({ [field]: sharedValues[field] });
    expect(cidsOf(found)).toEqual([edge.twin, edge.otherTwin]);
    expect(cidsOf(await list({ [field]: `${sharedValues[field]}x` }))).toEqual([]);
  },
);

test('a search is exact, and combines with filters and order', async () => {
  expect((await list({ email: sharedValues.email.toUpperCase() })).body.count).toBe(0);
  expect((await list({ email: sharedValues.email, phone: '+390501234567' })).body.count).toBe(0);
  const reversed = await list({ email: sharedValues.email, sortBy: 'email', sortReverse: 'true' });
  expect(reversed.body.count).toBe(2);
});

test('a plus sign that is not escaped is a space', async () => {
  const path = `/v2/customers/organizations/${emulator.organizationId}?phone=`;
  expect((await api('GET', `${path}+390501234567`)).body.count).toBe(0);
  expect((await api('GET', `${path}%2B390501234567`)).body.count).toBe(1);
});

test('a search that finds nobody is an empty page, not an error', async () => {
  expect(await list({ username: 'nobody' })).toMatchObject({
    status: 200,
    body: { count: 0, total: 0, customers: [] },
  });
});

test('bursts of hundreds of contacts share one second of creation', async () => {
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
])('the parameters %s are a 409', async (query) => {
  const reply = await api('GET', `/v2/customers/organizations/${emulator.organizationId}?${query}`);
  expect(reply.status).toBe(409);
  expect(reply.body).toMatchObject({ status: 'KO', message: expect.any(String), code: 'INVALID_PARAMETERS' });
});

test('without a size, a page has ten rows', async () => {
  expect((await api('GET', `/v2/customers/organizations/${emulator.organizationId}`)).body.count).toBe(10);
});

test('a filter reaches all pages of a scroll', async () => {
  const pages = await walk(api, emulator, { size: '100', withPhone: 'true', sortBy: 'created' });
  const expected = emulator.contacts().filter(({ phone }) => withText(phone));
  expect(cidsOf(...pages)).toHaveLength(expected.length);
});

function toJson(contact: Contact): unknown {
  return JSON.parse(JSON.stringify(contact));
}
