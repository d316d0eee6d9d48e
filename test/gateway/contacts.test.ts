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

const pageQuery = `query ($first: Int, $after: String, $filter: ContactFilter, $orderBy: ContactOrder) {
  contacts(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount edges { cursor node { cid } } nodes { cid createdAt lastName email signupMethod } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;
const page = async (variables: Record<string, unknown>) => {
  const { data, errors } = await stack.query(pageQuery, variables);
  return { ...data.contacts, errors };
};

describe('paging through the list of contacts', () => {
  test('paging through the list returns every contact once, for one upstream call per page and one that shows the end', async () => {
    const cids: string[] = [];
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
      cids.push(...nodes.map(({ cid }: { cid: string }) => cid));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(new Set(cids).size).toBe(2000);
    expect(cids.length).toBe(2000);
    expect(new Set(cids)).toEqual(new Set(stack.emulator.contacts().map(({ cid }) => cid)));
    expect(routes()).toHaveLength(Math.ceil(2000 / 300) + 1);
  });

  test('paging returns every contact when the sid changes on every page, when the last page has no sid, and when no page has a total', async () => {
    for (const setting of [
      { sidChanges: true },
      { end: 'no-sid' as const },
      { total: false },
      { end: 'no-sid' as const, total: false },
    ]) {
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

  test('edges and nodes are the same contacts, and a cursor is not readable', async () => {
    const { edges, nodes, pageInfo } = await page({ first: 3 });
    expect(edges.map(({ node }: { node: { cid: string } }) => node.cid)).toEqual(
      nodes.map(({ cid }: { cid: string }) => cid),
    );
    expect(new Set(edges.map(({ cursor }: { cursor: string }) => cursor)).size).toBe(3);
    const readable = Buffer.from(pageInfo.endCursor, 'base64url').toString('latin1');
    expect(readable).not.toMatch(/sid|size|rank/);
  });

  test('the fields of the rows of a page need no further upstream call', async () => {
    const { data, errors } = await stack.query(
      '{ contacts(first: 5) { nodes { cid firstName devices { totalCount } } } }',
    );
    expect(errors).toEqual([]);
    expect(data.contacts.nodes).toHaveLength(5);
    expect(routes().sort()).toEqual(['contacts', ...Array(5).fill('devices')]);
  });

  test('a field that only the profile has is read from the profile instead of being null', async () => {
    const { data, errors } = await stack.query(
      '{ contacts(first: 4, filter: {username: "YYYYYZZZXXX1"}) { nodes { cid custom language } } }',
    );
    expect(errors).toEqual([]);
    expect(data.contacts.nodes).toMatchObject([{ language: 'it', custom: { favouriteColour: 'blu' } }]);
    expect(routes()).toEqual(['contacts', 'contacts', 'contact']); // the second one shows that no row follows
  });

  test('a field that is null on the page is null and is not read again', async () => {
    const body = '{"status":"OK","total":1,"customers":[{"cid":"a","custom":null,"language":""}]}';
    stack.emulator.control.fault({ path: '/organizations/', kind: 'body', body });
    const { data, errors } = await stack.query('{ contacts(first: 4) { nodes { custom language } } }');
    expect(errors).toEqual([]);
    expect(data.contacts.nodes).toEqual([{ custom: null, language: null }]);
    expect(routes()).toEqual(['contacts']);
  });

  test('when one branch of a row fails, the branches of the other rows are complete', async () => {
    stack.emulator.control.fault({ path: '/devices', kind: 'status', status: 500, times: 1 });
    const { data, errors } = await stack.query('{ contacts(first: 3) { nodes { cid devices { totalCount } } } }');
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    const devices = data.contacts.nodes.map((node: { devices: unknown }) => node.devices);
    expect(devices.filter((value: unknown) => value === null)).toHaveLength(1);
  });
});

describe('a page that cannot be read', () => {
  test('a cursor of another list, or a changed cursor, fails with CURSOR_INVALID without an upstream call', async () => {
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

  test('an upstream failure while a page is continued fails with UPSTREAM_UNAVAILABLE, not with the code of a cursor', async () => {
    const { pageInfo } = await page({ first: 3 });
    stack.emulator.control.fault({ path: '/organizations/', kind: 'status', status: 500 });
    expect((await page({ first: 3, after: pageInfo.endCursor })).errors[0].extensions.code).toBe(
      'UPSTREAM_UNAVAILABLE',
    );
  });
});
