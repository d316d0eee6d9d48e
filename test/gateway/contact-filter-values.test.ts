import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Answer, postBody, startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 1_000 } });
  await stack.query('{ contacts(first: 1) { nodes { cid } } }');
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const query = `query ($filter: ContactFilter, $after: String) {
  contacts(first: 20, after: $after, filter: $filter) {
    totalCount nodes { cid email signupMethod createdAt } pageInfo { hasNextPage endCursor }
  }
}`;

async function ask(variables: object): Promise<Answer & { extensions?: { cost: object } }> {
  stack.emulator.control.clearLog();
  const { text } = await postBody(stack.gateway, JSON.stringify({ query, variables, extensions: { cost: true } }));
  return JSON.parse(text);
}
const calls = () => stack.emulator.control.calls();
const sent = (name: string) => calls().map(({ path }) => new URL(path, 'http://emulator').searchParams.get(name));

describe('conditions with several values', () => {
  test('are a call for each value, side by side, and the cost says so before', async () => {
    const { data, extensions } = await ask({ filter: { signupMethods: ['KIOSK', 'API'] } });
    expect(sent('signupMethod').sort()).toEqual(['api', 'kiosk']);
    expect(extensions?.cost).toMatchObject({ requested: 2, actual: 2 });
    const { nodes, pageInfo, totalCount } = data.contacts;
    expect(new Set(nodes.map(({ signupMethod }: { signupMethod: string }) => signupMethod))).toEqual(
      new Set(['KIOSK', 'API']),
    );
    const times = nodes.map(({ createdAt }: { createdAt: string }) => createdAt);
    expect(times).toEqual(times.toSorted().reverse());
    expect(totalCount).toBeGreaterThan(20);
    const next = await ask({ filter: { signupMethods: ['KIOSK', 'API'] }, after: pageInfo.endCursor });
    expect(next.extensions?.cost).toMatchObject({ requested: 2, actual: 2 });
  });

  test('of two kinds are a call for each combination, and other conditions hold for each', async () => {
    const some = (await ask({})).data.contacts.nodes.flatMap(({ email }: { email: string | null }) => email ?? []);
    const emails = some.slice(0, 3);
    const { data } = await ask({ filter: { emails, signupMethods: ['API', 'KIOSK', 'TEXT'], hasEmail: true } });
    expect(data.contacts.nodes.every(({ email }: { email: string }) => emails.includes(email))).toBe(true);
    // One call for each combination, and for each that found something one that confirms the end of its scroll.
    expect(new Set(calls().map(({ path }) => path)).size).toBeGreaterThanOrEqual(9);
    expect(new Set(sent('withEmail'))).toEqual(new Set(['true']));
  });

  test.each([
    [{ signupMethods: [] }, ['filter', 'signupMethods'], 'TOO_FEW'],
    [{ usernames: Array.from({ length: 21 }, (_, n) => `u${n}`) }, ['filter', 'usernames'], 'TOO_MANY'],
    [{ extIds: ['1', '2', '3'], extProps1: [...'1234567'] }, ['filter', 'extProps1'], 'TOO_MANY'],
    [{ email: 'a@example.com', emails: ['b@example.com'] }, ['filter', 'emails'], 'NOT_ALLOWED'],
    [{ signupMethod: 'API', signupMethods: ['API'] }, ['filter', 'signupMethods'], 'NOT_ALLOWED'],
    [{ phones: ['+14155552671', '12'] }, ['filter', 'phones', '1'], 'FORMAT'],
    [{ usernames: ['a', ''] }, ['filter', 'usernames', '1'], 'TOO_SHORT'],
  ])('%j is refused without an upstream call', async (filter, field, reason) => {
    const { errors } = await ask({ filter });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field, reason } }]);
    expect(calls()).toEqual([]);
  });

  test('may be 20 values', async () => {
    const { data, errors } = await ask({ filter: { usernames: Array.from({ length: 20 }, (_, n) => `u${n}`) } });
    expect(errors).toBeUndefined();
    expect(data.contacts).toMatchObject({ nodes: [], pageInfo: { hasNextPage: false, endCursor: null } });
    expect(calls()).toHaveLength(20);
  });
});
