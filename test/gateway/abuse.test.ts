import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { postBody, startGateway, type TestGateway } from '../support/gateway.ts';

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

const post = (body: string | Uint8Array<ArrayBuffer>) => postBody(stack.gateway, body);

/** Expects that the gateway refuses a request without an upstream call, and that it still answers the next one. */
async function expectRefusal(answer: Promise<Awaited<ReturnType<typeof post>>>) {
  const { data, errors, text } = await answer;
  expect(data).toBeNull();
  expect(errors[0]?.extensions['code']).toBe('BAD_USER_INPUT');
  expect(text).not.toContain('canary');
  expect(stack.logged.filter((line) => line.includes('internal error'))).toEqual([]);
  expect(stack.emulator.control.calls()).toEqual([]);
  expect((await stack.query(ada)).data.contact).toEqual({ firstName: 'Ada' });
}

const times = (count: number, text: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');

describe('a document that attacks the parser, the validation or the execution', () => {
  test.each([
    ['ten thousand aliases', `{ ${times(10_000, (n) => `a${n}: __typename`)} }`],
    ['fragments nested three thousand levels deep', `{${'...{'.repeat(3_000)}__typename${'}'.repeat(3_001)}`],
    [
      'lists nested seven thousand levels deep',
      `{ contacts(first: ${'['.repeat(7_000)}${']'.repeat(7_000)}) { totalCount } }`,
    ],
    [
      'objects nested two thousand levels deep',
      `{ contacts(filter: ${'{a:'.repeat(2_400)}1${'}'.repeat(2_400)}) { totalCount } }`,
    ],
    ['a type of seven thousand lists', `query ($a: ${'['.repeat(7_000)}Int${']'.repeat(7_000)}) { __typename }`],
    ['no content', ''],
    ['fields nested five hundred levels deep', `${'{ a '.repeat(500)}${'}'.repeat(500)}`],
    ['a fragment that spreads itself', '{ viewer { ...A } } fragment A on Viewer { scopes ...A }'],
    [
      'fragments that spread each other',
      `{ contact(by: {cid: "a"}) { ...A } } fragment A on Contact { ...B } fragment B on Contact { cid ...A }`,
    ],
    ['nine hundred directives', `{ __typename ${'@skip(if: false) '.repeat(850)} }`],
    ['conflicting fields', `{ ${times(20, (n) => `contact(by: {cid: "canary${n}"}) { cid }`)} }`],
    ['an unused fragment', '{ __typename } fragment Canary on Contact { cid }'],
    ['a mutation that the schema does not have', 'mutation { deleteContacts(cid: "canary") { cid } }'],
    ['a subscription', 'subscription { contact { cid } }'],
    ['type definitions', 'type Query { canary: Int }'],
    ['only a comment', '# canary'],
    ['a NUL character between two names', '{ __typename \u0000 }'],
    [
      'an introspection of eight nested levels',
      `{ __schema { types { ${'fields { type { '.repeat(8)} name ${'} }'.repeat(8)} } } }`,
    ],
  ])('a document with %s is refused without an upstream call', (_, query) => expectRefusal(stack.query(query)));

  test('a document of 100 levels is executed and one of 101 is refused, and brackets in strings and comments do not count as levels', async () => {
    const nested = (levels: number) => `{ viewer { ${'... { '.repeat(levels - 2)} scopes ${'}'.repeat(levels)}`;
    const open = '{ ([ '.repeat(60);
    const texts = `# ${open}
      { a: contactExists(by: {extId: "\\"${open.slice(0, 200)}"}) b: contactExists(by: {extId: """\\"""${open.slice(0, 200)}"""}) }`;
    expect((await stack.query(nested(100))).errors).toEqual([]);
    expect((await stack.query(texts)).errors).toEqual([]);
    expect((await stack.query(nested(101))).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('the time to check the nesting of a document grows linearly with its length, whatever quotation marks and comments it has', async () => {
    const start = process.cpuUsage();
    for (const part of ['"\\\\', '"""\\\\"""', '"', '""""', '#"', '"#\\n', '"""#']) {
      for (let n = 0; n < 5; n += 1) {
        const query = `{ a${n} ${part.repeat(Math.floor(14_900 / part.length))}`;
        expect((await stack.query(query)).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      }
    }
    // In µs. With a regular expression of quadratic time, the first part alone took 500 ms for its five documents.
    expect(process.cpuUsage(start).user).toBeLessThan(1_500_000);
  });

  test('a document of 30 fragments that each spread the next one twice costs as many upstream calls as one fragment', async () => {
    const fragments = times(30, (n) => `fragment F${n} on Contact { ...F${n + 1} ... { ...F${n + 1} } }`);
    const { data, errors } = await stack.query(
      `{ contact(by: {cid: "${demo.contactId}"}) { ...F0 } } ${fragments} fragment F30 on Contact { cid devices { totalCount } }`,
    );
    expect(errors).toEqual([]);
    expect(data.contact).toEqual({ cid: demo.contactId, devices: { totalCount: 3 } });
    expect(stack.emulator.control.calls()).toHaveLength(2);
  });

  test('a document with the names of prototype members as aliases is answered with these names as own properties', async () => {
    const { text, errors } = await stack.query(
      `{ __proto__: viewer { toString: __typename } constructor: __typename hasOwnProperty: __typename }`,
    );
    expect(errors).toEqual([]);
    expect(text).toBe('{"data":{"__proto__":{"toString":"Viewer"},"constructor":"Query","hasOwnProperty":"Query"}}');
  });
});

describe('a request body that attacks the decoding of parameters', () => {
  const byCid = 'query ($id: ID!) { contact(by: {cid: $id}) { cid } }';
  const byInput = 'query ($by: ContactBy!) { contact(by: $by) { cid } }';
  const listed = 'query ($filter: ContactFilter) { contacts(first: 1, filter: $filter) { totalCount } }';

  test.each([
    ['variables under the key __proto__', `{"query":"${byCid}","variables":{"__proto__":{"id":"canary"}}}`],
    ['all parameters under the key __proto__', `{"__proto__":{"query":"{ viewer { scopes } }"}}`],
    [
      'a one-of input object whose key is under __proto__',
      `{"query":"${byInput}","variables":{"by":{"__proto__":{"cid":"canary"}}}}`,
    ],
    [
      'a one-of input object with an additional key __proto__',
      `{"query":"${byInput}","variables":{"by":{"cid":"a","__proto__":{}}}}`,
    ],
    [
      'a filter with the key __proto__',
      `{"query":"${listed}","variables":{"filter":{"__proto__":{"email":"canary"}}}}`,
    ],
    ['a filter with the key constructor', `{"query":"${listed}","variables":{"filter":{"constructor":{"canary":1}}}}`],
    [
      'the name of an operation that the document does not have',
      '{"query":"{ viewer { scopes } }","operationName":"canary"}',
    ],
    ['the operation name __proto__', '{"query":"{ viewer { scopes } }","operationName":"__proto__"}'],
    ['an operation name that is an object', '{"query":"{ viewer { scopes } }","operationName":{"canary":1}}'],
    ['two operations and no operation name', '{"query":"query A { viewer { scopes } } query B { viewer { scopes } }"}'],
    ['variables that are a list', '{"query":"{ viewer { scopes } }","variables":["canary"]}'],
    ['extensions that are a string', '{"query":"{ viewer { scopes } }","extensions":"canary"}'],
    ['two byte order marks', '\ufeff\ufeff{"query":"{ viewer { scopes } }"}'],
    ['a hundred thousand opening brackets', '['.repeat(100_000)],
    [
      'a deeply nested list in place of an id',
      `{"query":"${byCid}","variables":{"id":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
    ],
  ])('a request with %s is refused without an upstream call', (_, body) => expectRefusal(post(body)));

  test.each([
    ['a byte that starts no UTF-8 sequence', [0xff]],
    ['an overlong encoding of a slash', [0xc0, 0xaf]],
    ['an incomplete UTF-8 sequence', [0xc3]],
    ['an encoded surrogate', [0xed, 0xa0, 0x80]],
  ])('a request body with %s is refused instead of being decoded with a replacement character', (_, bytes) => {
    const [before = '', after = ''] = JSON.stringify({ query: byInput, variables: { by: { username: '§' } } }).split(
      '§',
    );
    return expectRefusal(post(new Uint8Array([...Buffer.from(before), ...bytes, ...Buffer.from(after)])));
  });

  test('a request body in UTF-16 is refused', () =>
    expectRefusal(post(new Uint8Array(Buffer.from('{"query":"{ viewer { scopes } }"}', 'utf16le')))));

  test('parameters named __proto__, constructor or prototype do not change the prototype of all objects', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype'])
      await post(
        `{"query":"{ __typename }","variables":{"${name}":{"polluted":true}},"extensions":{"${name}":{"polluted":true}}}`,
      );
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('a request with 80,000 ids is refused with one error', async () => {
    const ids = Array(80_000).fill('canary');
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    await expectRefusal(stack.query(query, { ids }));
    const { errors } = await stack.query(listed, { filter: { locationIds: ids } });
    expect(errors).toHaveLength(1);
  });
});
