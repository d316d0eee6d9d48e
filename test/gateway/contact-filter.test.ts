import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
  await stack.query('{ contacts(first: 1) { nodes { cid } } }');
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const routes = () => stack.emulator.control.calls().map(({ route }) => route);
const paramsOf = (index: number) =>
  new URL(stack.emulator.control.calls()[index]?.path ?? '', 'http://emulator').searchParams;

const newestFirst = { sortBy: 'created_absolute', sortReverse: 'true' };

const pageQuery = `query ($first: Int, $after: String, $filter: ContactFilter, $orderBy: ContactOrder) {
  contacts(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount edges { cursor node { cid } } nodes { cid createdAt lastName email signupMethod } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;
const page = async (variables: Record<string, unknown>) => {
  const { data, errors } = await stack.query(pageQuery, variables);
  return { ...data.contacts, errors };
};

describe('filters of the list of contacts', () => {
  test.each([
    [{ hasEmail: true }, { withEmail: 'true' }],
    [{ hasVerifiedEmail: true }, { withEmailVerified: 'true' }],
    [{ hasPhone: true }, { withPhone: 'true' }],
    [{ hasVerifiedPhone: true }, { withPhoneVerified: 'true' }],
    [{ acceptsMarketing: true }, { mktgCommunications: 'true' }],
    [{ hasVerifiedAge: true }, { ageVerification: 'true' }],
    [{ signupMethod: 'MOBILEAPP' }, { signupMethod: 'mobileapp' }],
    [
      { acceptedCustomPolicies: ['emailMarketing', 'my_policy'] },
      { 'customOptin.emailMarketing': 'true', 'customOptin.my_policy': 'true' },
    ],
    [{ acceptedPolicies: ['customs.emailMarketing'] }, { 'customOptin.emailMarketing': 'true' }],
    [{ createdFrom: '2025-01-01T00:00:00.500+01:00' }, { createdStart: '2024-12-31T23:00:01Z' }],
    [{ createdTo: '9999-12-31T23:59:59.999Z' }, { createdEnd: '9999-12-31T23:59:59Z' }],
    [
      { createdFrom: '2024-02-29', createdTo: '2025-12-31' },
      { createdStart: '2024-02-29T00:00:00Z', createdEnd: '2025-12-31T23:59:59Z' },
    ],
    [{ modifiedTo: '9999-12-31' }, { modifiedEnd: '9999-12-31T23:59:59Z' }],
    [{ createdTo: '2026-01-01T00:00:00.500Z' }, { createdEnd: '2026-01-01T00:00:00Z' }],
    [
      { modifiedFrom: '2025-01-01T00:00:00Z', modifiedTo: '2026-03-01T00:00:00Z' },
      { modifiedStart: '2025-01-01T00:00:00Z', modifiedEnd: '2026-03-01T00:00:00Z' },
    ],
    [{ email: 'ada.rossi@example.com' }, { email: 'ada.rossi@example.com' }],
    [{ phone: '+390501234567' }, { phone: '+390501234567' }],
    [{ username: 'YYYYYZZZXXX1' }, { username: 'YYYYYZZZXXX1' }],
    [{ extId: 'CRM-ADA-1815' }, { extId: 'CRM-ADA-1815' }],
    [{ extProp1: 'store-pisa' }, { extProp1: 'store-pisa' }],
    [{ extProp2: 'loyalty-1815' }, { extProp2: 'loyalty-1815' }],
    [{ email: null, hasPhone: null }, {}],
  ])('the filter %j is sent as the query parameters of the contract', async (filter, params) => {
    const { errors, totalCount } = await page({ first: 5, filter });
    expect(errors).toEqual([]);
    expect(totalCount).toBeGreaterThan(0);
    expect(Object.fromEntries(paramsOf(0))).toEqual({ size: '5', ...newestFirst, ...params });
  });

  test('a filter takes several ids of locations and of segments', async () => {
    const { data } = await stack.query('{ contact(by: {username: "YYYYYZZZXXX1"}) { locationCid segmentCids } }');
    const filter = { locationIds: [data.contact.locationCid], segmentIds: data.contact.segmentCids };
    const { nodes, errors } = await page({ first: 1000, filter });
    expect(errors).toEqual([]);
    expect(nodes.map(({ cid }: { cid: string }) => cid)).toContain('986a372347aac5e4a94516db835d58aa');
    expect(nodes.length).toBeLessThan(2000);
    expect(paramsOf(1).get('segments')).toBe(data.contact.segmentCids.join(','));
  });

  test('a contact in a filtered list matches all conditions of the filter', async () => {
    const count = async (filter: object) => (await page({ first: 1, filter })).totalCount;
    const both = await count({ hasVerifiedEmail: true, signupMethod: 'MOBILEAPP' });
    expect(both).toBeLessThan(await count({ hasVerifiedEmail: true }));
    expect(both).toBeLessThan(await count({ signupMethod: 'MOBILEAPP' }));
  });

  test.each([
    { hasEmail: false },
    { locationIds: [] },
    { segmentIds: ['a,b'] },
    { segmentIds: Array(101).fill('a') },
    { locationIds: ['..'] },
    { acceptedCustomPolicies: ['a&b=c'] },
    { acceptedCustomPolicies: [''] },
    { acceptedPolicies: ['emailMarketing'] },
    { acceptedPolicies: ['customs.'] },
    { acceptedPolicies: ['customs.a'], acceptedCustomPolicies: ['a'] },
    { acceptedCustomPolicies: Array.from({ length: 101 }, (_, n) => `p${n}`) },
    { username: 'a\0b' },
    { acceptedCustomPolicies: ['x'.repeat(65)] },
    { extId: 'x'.repeat(257) },
    { username: '' },
    { createdFrom: '2026-01-02T00:00:00Z', createdTo: '2026-01-01T00:00:00Z' },
    { createdFrom: '2026-01-02', createdTo: '2026-01-01' },
    { createdFrom: '2026-02-29' },
    { createdFrom: '2026-2-1' },
    { email: 'absent' },
    { phone: '12' },
    { signupMethod: 'mobileapp' },
  ])('the filter %j is refused without an upstream call', async (filter) => {
    const { errors } = await stack.query(pageQuery, { first: 1, filter });
    expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(routes()).toEqual([]);
  });
});

describe('the order of the list of contacts', () => {
  test('orderBy: null sends no order to the upstream', async () => {
    await page({ first: 5, orderBy: null });
    expect(Object.fromEntries(paramsOf(0))).toEqual({ size: '5' });
  });

  test('the list can be ordered by every field of the contract in both directions', async () => {
    const { data } = await stack.query('{ __type(name: "ContactOrderField") { enumValues { name } } }');
    const fields = data.__type.enumValues.map(({ name }: { name: string }) => name);
    expect(fields).toHaveLength(25);
    for (const field of fields) {
      for (const direction of ['ASC', 'DESC']) {
        expect((await page({ first: 1, orderBy: { field, direction } })).errors).toEqual([]);
      }
    }
    expect(paramsOf(1).get('sortReverse')).toBe('true');
    expect(paramsOf(0).has('sortReverse')).toBe(false);
  });

  test('rows of the list are in the requested order', async () => {
    const { nodes } = await page({ first: 1000, orderBy: { field: 'CREATED_ABSOLUTE', direction: 'DESC' } });
    const times = nodes.map(({ createdAt }: { createdAt: string }) => createdAt);
    expect(times).toEqual([...times].sort().reverse());
  });
});
