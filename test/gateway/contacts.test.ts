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

const pageQuery = `query ($first: Int, $after: String, $filter: ContactFilter, $orderBy: ContactOrder) {
  contacts(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount edges { cursor node { cid } } nodes { cid createdAt lastName email signupMethod } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;
const page = async (variables: Record<string, unknown>) => {
  const { data, errors } = await stack.query(pageQuery, variables);
  return { ...data.contacts, errors };
};

describe('a walk over contacts', () => {
  test('meets every contact once, with one upstream call per page', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const { nodes, pageInfo, totalCount, errors } = await page({
        first: 300,
        after,
        orderBy: { field: 'CREATED_ABSOLUTE' },
      });
      expect(errors).toEqual([]);
      expect(totalCount).toBe(2000);
      expect(pageInfo.hasPreviousPage).toBe(after !== null);
      seen.push(...nodes.map(({ cid }: { cid: string }) => cid));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(new Set(seen).size).toBe(2000);
    expect(seen.length).toBe(2000);
    expect(new Set(seen)).toEqual(new Set(stack.emulator.contacts().map(({ cid }) => cid)));
    expect(routes()).toHaveLength(Math.ceil(2000 / 300));
  });

  test('goes on when the sid changes on every page, when the end is told by no sid, and when no total is told', async () => {
    for (const setting of [{ sidChanges: true }, { end: 'no-sid' as const }, { total: false }]) {
      stack.emulator.control.reset();
      stack.emulator.control.scrolls(setting);
      let after: string | null = null;
      let count = 0;
      let hasNextPage = true;
      while (hasNextPage) {
        const {
          nodes,
          pageInfo,
          errors,
        }: { nodes: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string | null }; errors: unknown[] } =
          await page({ first: 1000, after });
        expect(errors).toEqual([]);
        count += nodes.length;
        ({ hasNextPage, endCursor: after } = pageInfo);
      }
      expect(count).toBe(2000);
    }
  });

  test('an edge and its node are one, and a cursor shows nothing', async () => {
    const { edges, nodes, pageInfo } = await page({ first: 3 });
    expect(edges.map(({ node }: { node: { cid: string } }) => node.cid)).toEqual(
      nodes.map(({ cid }: { cid: string }) => cid),
    );
    expect(new Set(edges.map(({ cursor }: { cursor: string }) => cursor)).size).toBe(3);
    const readable = Buffer.from(pageInfo.endCursor, 'base64url').toString('latin1');
    expect(readable).not.toMatch(/sid|size|rank/);
  });

  test('the rows of a page need no call of their own', async () => {
    const { data, errors } = await stack.query(
      '{ contacts(first: 5) { nodes { cid firstName devices { totalCount } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.contacts.nodes).toHaveLength(5);
    expect(routes().sort()).toEqual(['contacts', ...Array(5).fill('devices')]);
  });

  test('a field that only the profile has is asked of the profile, never answered with a wrong null', async () => {
    const { data, errors } = await stack.query(
      '{ contacts(first: 4, filter: {username: "YYYYYZZZXXX1"}) { nodes { cid custom language } } }',
    );
    expect(errors).toEqual([]);
    expect(data.contacts.nodes).toMatchObject([{ language: 'it', custom: { favouriteColour: 'blu' } }]);
    expect(routes()).toEqual(['contacts', 'contact']);
  });

  test('one broken child leaves its siblings whole', async () => {
    stack.emulator.control.fault({ path: '/devices', kind: 'status', status: 500, times: 1 });
    const { data, errors } = await stack.query('{ contacts(first: 3) { nodes { cid devices { totalCount } } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    const devices = data.contacts.nodes.map((node: { devices: unknown }) => node.devices);
    expect(devices.filter((value: unknown) => value === null)).toHaveLength(1);
  });
});

describe('what cannot be continued is said, never answered with an empty page', () => {
  test.each([{ first: 0 }, { first: -1 }, { first: 1001 }, { first: null }, {}])('%j is refused', async (variables) => {
    const { errors } = await page(variables);
    expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
    expect(errors[0].message).toContain('1 to 1000');
    expect(routes()).toEqual([]);
  });

  test('the cursor of another query is CURSOR_INVALID, without a call', async () => {
    const { pageInfo } = await page({ first: 2 });
    stack.emulator.control.reset();
    const tampered = `${pageInfo.endCursor.slice(0, -2)}AA`;
    for (const variables of [
      { filter: { hasEmail: true } },
      { orderBy: { field: 'EMAIL' } },
      { after: tampered },
      { after: 'x' },
      { after: '' },
    ]) {
      const { errors } = await page({ first: 2, after: pageInfo.endCursor, ...variables });
      expect(errors[0].extensions.code).toBe('CURSOR_INVALID');
    }
    expect(routes()).toEqual([]);
  });

  test('another page size is BAD_USER_INPUT, another edge CURSOR_EXPIRED, without a call', async () => {
    const { edges, pageInfo } = await page({ first: 3 });
    stack.emulator.control.reset();
    expect((await page({ first: 4, after: pageInfo.endCursor })).errors[0].extensions.code).toBe('BAD_USER_INPUT');
    expect((await page({ first: 3, after: edges[1].cursor })).errors[0].extensions.code).toBe('CURSOR_EXPIRED');
    expect(routes()).toEqual([]);
  });

  test.each([404, 409, 410] as const)('a scroll that died with a %i is CURSOR_EXPIRED', async (expiredStatus) => {
    stack.emulator.control.scrolls({ expiredStatus });
    const { pageInfo } = await page({ first: 3 });
    stack.emulator.control.dropScrolls();
    const { errors } = await page({ first: 3, after: pageInfo.endCursor });
    expect(errors[0].extensions.code).toBe('CURSOR_EXPIRED');
  });

  test('another failure of the same call keeps its own code', async () => {
    const { pageInfo } = await page({ first: 3 });
    stack.emulator.control.fault({ path: '/organizations/', kind: 'status', status: 500 });
    expect((await page({ first: 3, after: pageInfo.endCursor })).errors[0].extensions.code).toBe(
      'UPSTREAM_UNAVAILABLE',
    );
  });
});

describe('filters', () => {
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
    [{ createdFrom: '2025-01-01T00:00:00.500+01:00' }, { createdStart: '2024-12-31T23:00:01Z' }],
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
  ])('%j narrows the list as the contract spells it', async (filter, params) => {
    const { errors, totalCount } = await page({ first: 5, filter });
    expect(errors).toEqual([]);
    expect(totalCount).toBeGreaterThan(0);
    expect(Object.fromEntries(paramsOf(0))).toEqual({ size: '5', ...params });
  });

  test('locations and segments are given by id, several at once', async () => {
    const { data } = await stack.query('{ contact(by: {username: "YYYYYZZZXXX1"}) { locationCid segmentCids } }');
    const filter = { locationIds: [data.contact.locationCid], segmentIds: data.contact.segmentCids };
    const { nodes, errors } = await page({ first: 1000, filter });
    expect(errors).toEqual([]);
    expect(nodes.map(({ cid }: { cid: string }) => cid)).toContain('986a372347aac5e4a94516db835d58aa');
    expect(nodes.length).toBeLessThan(2000);
    expect(paramsOf(1).get('segments')).toBe(data.contact.segmentCids.join(','));
  });

  test('all conditions must hold', async () => {
    const count = async (filter: object) => (await page({ first: 1, filter })).totalCount;
    const both = await count({ hasVerifiedEmail: true, signupMethod: 'MOBILEAPP' });
    expect(both).toBeLessThan(await count({ hasVerifiedEmail: true }));
    expect(both).toBeLessThan(await count({ signupMethod: 'MOBILEAPP' }));
  });

  test.each([
    { hasEmail: false },
    { locationIds: [] },
    { segmentIds: ['a,b'] },
    { acceptedCustomPolicies: ['a&b=c'] },
    { username: '' },
    { createdFrom: '2026-01-02T00:00:00Z', createdTo: '2026-01-01T00:00:00Z' },
    { email: 'nobody' },
    { phone: '12' },
    { signupMethod: 'mobileapp' },
  ])('%j is refused without a call', async (filter) => {
    const { errors } = await stack.query(pageQuery, { first: 1, filter });
    expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
    expect(routes()).toEqual([]);
  });
});

describe('orders', () => {
  test('every key of the contract is taken, in both directions', async () => {
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

  test('rows come in the order asked for', async () => {
    const { nodes } = await page({ first: 1000, orderBy: { field: 'CREATED_ABSOLUTE', direction: 'DESC' } });
    const times = nodes.map(({ createdAt }: { createdAt: string }) => createdAt);
    expect(times).toEqual([...times].sort().reverse());
  });
});
