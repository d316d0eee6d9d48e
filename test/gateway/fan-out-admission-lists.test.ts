import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startFanOut } from '../support/fan-out.ts';

type FanOut = Awaited<ReturnType<typeof startFanOut>>;
let stack: FanOut;
let mine: Awaited<ReturnType<FanOut['client']>>;
let first: Promise<unknown>;
const leaving = new AbortController();

// A page whose branches hang takes the whole limit of concurrent calls of lists.
beforeAll(async () => {
  stack = await startFanOut({ QUEUE_WAIT_MS: '50' });
  mine = await stack.client();
  stack.control.fault({ path: '/devices', kind: 'hang', times: 4 });
  first = mine('{ contacts(first: 4) { nodes { devices { totalCount } } } }', {}, leaving.signal);
  first.catch(() => undefined); // The rejection is expected in the last test.
  await vi.waitUntil(() => stack.routes().length === 5, { timeout: 5_000 });
  stack.control.clearLog();
});
afterAll(() => stack.close());

const events = 'events { totalCount }';

describe('lists that wait for admission', () => {
  test.each([
    ['in nodes', `{ contacts(first: 2) { nodes { ${events} } } }`],
    ['in edges', `{ contacts(first: 2) { edges { cursor node { ${events} } } } }`],
    ['backward', `{ contacts(last: 2) { nodes { ${events} } } }`],
    ['under other names', `{ all: contacts(first: 2) { rows: edges { row: node { latest: ${events} } } } }`],
    ['in both', `{ contacts(first: 2) { nodes { cid } edges { node { ${events} } } } }`],
    ['selected twice', `{ contacts(first: 2) { totalCount } contacts(first: 2) { nodes { ${events} } } }`],
    ['in a fragment', `{ contacts(first: 2) { nodes { ...C } } } fragment C on Contact { ${events} }`],
    [
      'in fragments of fragments',
      `{ ...Q } fragment Q on Query { contacts(first: 2) { ...P } }
      fragment P on ContactConnection { edges { ...E } } fragment E on ContactEdge { node { ...C } }
      fragment C on Contact { accountings { totalCount } }`,
    ],
    [
      'in a fragment without a name',
      `{ contacts(first: 2) { ... { nodes { ... on Node { ... on Contact { ${events} } } } } } }`,
    ],
    [
      'that a variable includes',
      `query ($is: Boolean = true) { contacts(first: 2) { nodes { events @include(if: $is) { totalCount } } } }`,
    ],
    ['that is not skipped', `{ contacts(first: 2) { nodes @skip(if: false) { ${events} } } }`],
  ])('a list with branches waits for admission: %s', async (_, query) => {
    const { errors } = await mine(query);
    expect(errors).toMatchObject([{ extensions: { code: 'OVERLOADED' } }]);
    expect(stack.routes()).toEqual([]);
  });
});

describe('lists that do not wait for admission', () => {
  test.each([
    ['without branches', '{ contacts(first: 2) { totalCount edges { cursor node { firstName } } nodes { cid } } }', {}],
    [
      'with a branch that is not included',
      `{ contacts(first: 2) { nodes { cid events @include(if: false) { totalCount } } } }`,
      {},
    ],
    [
      'with branches that a variable leaves out',
      `query ($no: Boolean!) { contacts(first: 2) { nodes { cid ...C @skip(if: $no) } } } fragment C on Contact { ${events} }`,
      { no: true },
    ],
    ['whose rows are left out', `{ contacts(first: 2) { totalCount nodes @include(if: false) { ${events} } } }`, {}],
  ])('a list without calls for its rows is read at once: %s', async (_, query, variables) => {
    stack.control.clearLog();
    const { data, errors } = await mine(query, variables);
    expect(errors).toEqual([]);
    expect(data).toMatchObject({ contacts: expect.anything() });
    expect(stack.routes()).toEqual(['contacts']);
  });
});

test('whether a document waits for admission depends on the variables of each operation', async () => {
  const query = `query ($is: Boolean!) { contacts(first: 1) { nodes { cid events @include(if: $is) { totalCount } } } }`;
  for (const [is, codes] of [
    [false, []],
    [true, ['OVERLOADED']],
    [false, []],
  ] as const) {
    const { errors } = await mine(query, { is });
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(codes);
  }
});

test('a list with invalid arguments is refused without waiting for admission', async () => {
  stack.control.clearLog();
  for (const [args, code] of [
    ['first: 0', 'BAD_USER_INPUT'],
    ['first: 2, after: "x"', 'CURSOR_INVALID'],
  ]) {
    const { errors } = await mine(`{ contacts(${args}) { nodes { ${events} } } }`);
    expect(errors).toMatchObject([{ extensions: { code } }]);
  }
  expect(stack.routes()).toEqual([]);
});

test('a single contact with its branches does not wait for admission', async () => {
  const { data, errors } = await mine(`{ contact(by: {email: "ada.rossi@example.com"}) { ${events} } }`);
  expect(errors).toEqual([]);
  expect(data.contact).not.toBeNull();
});

test('a list is admitted after the client of the list before it has disconnected', async () => {
  leaving.abort();
  await expect(first).rejects.toThrow();
  await expect.poll(async () => (await mine(`{ contacts(first: 2) { nodes { ${events} } } }`)).errors).toEqual([]);
});
