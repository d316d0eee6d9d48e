import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway, toAnswer } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 50 } });
  await stack.query(ada);
});
beforeEach(() => {
  stack.logged.length = 0;
  stack.emulator.control.reset();
});
afterAll(() => stack.close());

const ada = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;

async function post(body: string | Uint8Array<ArrayBuffer>) {
  const headers = { 'content-type': 'application/json' };
  return toAnswer(await stack.gateway.fetch('http://gateway/graphql', { method: 'POST', headers, body }));
}

/** Refused by the gateway alone, which is still there for the next. */
async function expectRefusal(answer: Promise<Awaited<ReturnType<typeof post>>>, code = 'BAD_USER_INPUT') {
  const { data, errors, text } = await answer;
  expect(data).toBeNull();
  expect(errors[0]?.extensions['code']).toBe(code);
  expect(text).not.toContain('canary');
  expect(stack.logged.filter((line) => line.includes('internal error'))).toEqual([]);
  expect(stack.emulator.control.calls()).toEqual([]);
  expect((await stack.query(ada)).data.contact).toEqual({ firstName: 'Ada' });
}

const times = (count: number, text: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');

describe('a document that is made to hurt', () => {
  test.each([
    ['ten thousand aliases', `{ ${times(10_000, (n) => `a${n}: __typename`)} }`],
    ['three thousand levels of fragments', `{${'...{'.repeat(3_000)}__typename${'}'.repeat(3_001)}`],
    [
      'lists seven thousand levels deep',
      `{ contacts(first: ${'['.repeat(7_000)}${']'.repeat(7_000)}) { totalCount } }`,
    ],
    [
      'objects two thousand levels deep',
      `{ contacts(filter: ${'{a:'.repeat(2_400)}1${'}'.repeat(2_400)}) { totalCount } }`,
    ],
    ['a type of seven thousand lists', `query ($a: ${'['.repeat(7_000)}Int${']'.repeat(7_000)}) { __typename }`],
    ['nothing in it', ''],
    ['five hundred levels of fields', `${'{ a '.repeat(500)}${'}'.repeat(500)}`],
    ['a fragment that spreads itself', '{ viewer { ...A } } fragment A on Viewer { scopes ...A }'],
    [
      'fragments that spread each other',
      `{ contact(by: {cid: "a"}) { ...A } } fragment A on Contact { ...B } fragment B on Contact { cid ...A }`,
    ],
    ['nine hundred directives', `{ __typename ${'@skip(if: false) '.repeat(850)} }`],
    ['conflicting fields', `{ ${times(20, (n) => `contact(by: {cid: "canary${n}"}) { cid }`)} }`],
    ['a fragment nobody uses', '{ __typename } fragment Canary on Contact { cid }'],
    ['a mutation that there is not', 'mutation { deleteContacts(cid: "canary") { cid } }'],
    ['a subscription, where there is none', 'subscription { contact { cid } }'],
    ['definitions of types', 'type Query { canary: Int }'],
    ['nothing but a comment', '# canary'],
    ['a NUL between the words', '{ __typename \u0000 }'],
    ['an endless introspection', `{ __schema { types { ${'fields { type { '.repeat(8)} name ${'} }'.repeat(8)} } } }`],
  ])('with %s is refused', (_, query) => expectRefusal(stack.query(query)));

  test('with a hundred levels is read, and what stands in strings and comments does not count', async () => {
    const nested = (levels: number) => `{ viewer { ${'... { '.repeat(levels - 2)} scopes ${'}'.repeat(levels)}`;
    const open = '{ ([ '.repeat(60);
    const texts = `# ${open}
      { a: contactExists(by: {extId: "\\"${open.slice(0, 200)}"}) b: contactExists(by: {extId: """\\"""${open.slice(0, 200)}"""}) }`;
    expect((await stack.query(nested(100))).errors).toEqual([]);
    expect((await stack.query(texts)).errors).toEqual([]);
    expect((await stack.query(nested(101))).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('with fragments that double thirty times over is answered as if it were one', async () => {
    const fragments = times(30, (n) => `fragment F${n} on Contact { ...F${n + 1} ... { ...F${n + 1} } }`);
    const { data, errors } = await stack.query(
      `{ contact(by: {cid: "${demo.contactId}"}) { ...F0 } } ${fragments} fragment F30 on Contact { cid devices { totalCount } }`,
    );
    expect(errors).toEqual([]);
    expect(data.contact).toEqual({ cid: demo.contactId, devices: { totalCount: 3 } });
    expect(stack.emulator.control.calls()).toHaveLength(2);
  });

  test('with names of prototype members is answered with own properties only', async () => {
    const { text, errors } = await stack.query(
      `{ __proto__: viewer { toString: __typename } constructor: __typename hasOwnProperty: __typename }`,
    );
    expect(errors).toEqual([]);
    expect(text).toBe('{"data":{"__proto__":{"toString":"Viewer"},"constructor":"Query","hasOwnProperty":"Query"}}');
  });
});

describe('a request that is made to hurt', () => {
  const byCid = 'query ($id: ID!) { contact(by: {cid: $id}) { cid } }';
  const byInput = 'query ($by: ContactBy!) { contact(by: $by) { cid } }';
  const listed = 'query ($filter: ContactFilter) { contacts(first: 1, filter: $filter) { totalCount } }';

  test.each([
    ['variables that inherit', `{"query":"${byCid}","variables":{"__proto__":{"id":"canary"}}}`],
    ['a request that inherits', `{"__proto__":{"query":"{ viewer { scopes } }"}}`],
    ['a one-of that inherits', `{"query":"${byInput}","variables":{"by":{"__proto__":{"cid":"canary"}}}}`],
    ['a one-of with a prototype too many', `{"query":"${byInput}","variables":{"by":{"cid":"a","__proto__":{}}}}`],
    ['a filter with a prototype', `{"query":"${listed}","variables":{"filter":{"__proto__":{"email":"canary"}}}}`],
    ['a filter with a constructor', `{"query":"${listed}","variables":{"filter":{"constructor":{"canary":1}}}}`],
    ['an operation that is not there', '{"query":"{ viewer { scopes } }","operationName":"canary"}'],
    ['an operation named __proto__', '{"query":"{ viewer { scopes } }","operationName":"__proto__"}'],
    ['an operation name that is no text', '{"query":"{ viewer { scopes } }","operationName":{"canary":1}}'],
    ['no word on which of two operations', '{"query":"query A { viewer { scopes } } query B { viewer { scopes } }"}'],
    ['variables in a list', '{"query":"{ viewer { scopes } }","variables":["canary"]}'],
    ['extensions that are a text', '{"query":"{ viewer { scopes } }","extensions":"canary"}'],
    ['the hash of a document only', '{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"canary"}}}'],
    ['a byte order mark', '\ufeff{"query":"{ viewer { scopes } }"}'],
    ['a hundred thousand brackets', '['.repeat(100_000)],
    ['a deep list for an id', `{"query":"${byCid}","variables":{"id":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`],
  ])('with %s is refused', (_, body) => expectRefusal(post(body)));

  test.each([
    ['a broken sequence', [0xff]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['half of a character', [0xc3]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
  ])('with %s in its bytes is refused: nothing is read that nobody sent', (_, bytes) => {
    const [before = '', after = ''] = JSON.stringify({ query: byInput, variables: { by: { username: '§' } } }).split(
      '§',
    );
    return expectRefusal(post(new Uint8Array([...Buffer.from(before), ...bytes, ...Buffer.from(after)])));
  });

  test('in UTF-16 is refused', () =>
    expectRefusal(post(new Uint8Array(Buffer.from('{"query":"{ viewer { scopes } }"}', 'utf16le')))));

  test('leaves no trace on the prototype of all objects', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype'])
      await post(
        `{"query":"{ __typename }","variables":{"${name}":{"polluted":true}},"extensions":{"${name}":{"polluted":true}}}`,
      );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('a hundred thousand ids are refused as one request', async () => {
    const ids = Array(80_000).fill('canary');
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    await expectRefusal(stack.query(query, { ids }), 'QUERY_TOO_EXPENSIVE');
    const { errors } = await stack.query(listed, { filter: { locationIds: ids } });
    expect(errors).toHaveLength(1);
  });
});
