import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { ada, type Passthrough, startPassthrough } from '../support/passthrough-gateway.ts';

describe.each([
  ['that has only `iss`, `iat` and `exp`', false],
  ['that also names its organization and scopes', true],
])('cached data and the token that it was read with, %s', (_, claims) => {
  let stack: Passthrough;
  beforeAll(async () => {
    stack = await startPassthrough({ claims });
  });
  beforeEach(() => stack.emulator.control.reset());
  afterAll(() => stack.close());

  test('a page that is cached for one caller is read again for another caller of the same organization', async () => {
    const page = (after: string) => `{ contacts(first: 3${after}) { nodes { cid } pageInfo { startCursor } } }`;
    const [one, other] = [await stack.logIn(demo), await stack.logIn(demo)];
    const { data } = await stack.query(`Bearer ${one}`, page(''));
    const second = page(`, after: "${data.contacts.pageInfo.startCursor}"`).replace('first: 3', 'first: 2');

    stack.emulator.control.clearLog();
    const own = await stack.query(`Bearer ${one}`, second);
    expect(stack.emulator.control.calls()).toEqual([]);
    await stack.query(`Bearer ${other}`, '{ __typename }');
    stack.emulator.control.clearLog();
    const others = await stack.query(`Bearer ${other}`, second);
    expect(others.data.contacts.nodes).toEqual(own.data.contacts.nodes);
    expect(stack.emulator.control.calls().length).toBeGreaterThan(0);
  });

  describe('a token that the upstream has refused', () => {
    const page = (after: string) => `{ contacts(first: 3${after}) { nodes { cid } pageInfo { startCursor } } }`;

    /** A query for a page that is cached for a token, so that it needs no upstream call. */
    async function queryOfCachedPage(token: string): Promise<string> {
      const { data } = await stack.query(`Bearer ${token}`, page(''));
      const rest = page(`, after: "${data.contacts.pageInfo.startCursor}"`).replace('first: 3', 'first: 2');
      stack.emulator.control.clearLog();
      expect((await stack.query(`Bearer ${token}`, rest)).errors).toEqual([]);
      expect(stack.emulator.control.calls()).toEqual([]);
      return rest;
    }

    test('a token that the upstream refused with a 401 is refused from then on, also for pages that are cached for it', async () => {
      const [token, other] = [await stack.logIn(demo), await stack.logIn(demo)];
      const rest = await queryOfCachedPage(token);
      stack.emulator.control.fault({ path: demo.contactId, kind: 'status', status: 401 });
      expect((await stack.query(`Bearer ${token}`, ada)).errors).toMatchObject([
        { extensions: { code: 'UNAUTHENTICATED' } },
      ]);
      stack.emulator.control.clearLog();
      const answers = await Promise.all(Array.from({ length: 20 }, () => stack.query(`Bearer ${token}`, rest)));
      for (const { status, data, headers } of answers) {
        expect({ status, data }).toEqual({ status: 401, data: null });
        expect(headers.get('www-authenticate')).toBe('Bearer');
      }
      expect(stack.emulator.control.calls()).toEqual([]);
      expect((await stack.query(`Bearer ${other}`, ada)).errors).toEqual([]);
    });

    test('an expired token that the upstream refused with a 403 is refused from then on', async () => {
      stack.emulator.control.tokenLifetime(1);
      const token = await stack.logIn(demo);
      const rest = await queryOfCachedPage(token);
      await new Promise((resolve) => setTimeout(resolve, 1_100));
      await stack.query(`Bearer ${token}`, ada);
      expect(await stack.query(`Bearer ${token}`, rest)).toMatchObject({ status: 401, data: null });
    });

    test('a valid token that the upstream refused with a 403 is not refused from then on, because only one call was forbidden', async () => {
      const token = await stack.logIn(demo);
      const rest = await queryOfCachedPage(token);
      stack.emulator.control.fault({ path: demo.contactId, kind: 'status', status: 403 });
      await stack.query(`Bearer ${token}`, ada);
      expect((await stack.query(`Bearer ${token}`, rest)).errors).toEqual([]);
    });
  });

  test("a forged token cannot read a page that is cached for the token's owner", async () => {
    const token = await stack.logIn(demo);
    const page = (after: string) => `{ contacts(first: 3${after}) { nodes { cid } pageInfo { startCursor } } }`;
    const { data } = await stack.query(`Bearer ${token}`, page(''));
    const rest = page(`, after: "${data.contacts.pageInfo.startCursor}"`);
    const cached = await stack.query(`Bearer ${token}`, rest);
    expect(cached.data.contacts.nodes.slice(0, 2)).toEqual(data.contacts.nodes.slice(1));

    const [header, claims] = token.split('.');
    const forged = await stack.query(`Bearer ${header}.${claims}.${'A'.repeat(43)}`, rest);
    expect(forged.data?.contacts ?? null).toBeNull();
    expect(forged.text).not.toContain(cached.data.contacts.nodes[0].cid);
    expect(forged.errors[0]?.extensions['code']).toBe('UNAUTHENTICATED');
  });
});
