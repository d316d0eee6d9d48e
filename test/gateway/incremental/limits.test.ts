import { describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { allParts, current, paths, startDelivering } from '../../support/parts.ts';

const by = `by: {cid: "${demo.contactId}"}`;
const badInput = [{ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] }];
const tooExpensive = [{ errors: [{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }] }];

describe.each(paths)('on %s', (_path, env) => {
  test.each([
    ['an initialCount below 0', `{ contacts { nodes @stream(initialCount: -1) { cid } } }`, badInput],
    [
      'an initialCount above the rows of a page',
      `{ contacts { nodes @stream(initialCount: 1001) { cid } } }`,
      badInput,
    ],
    ['@stream on a field that is no list', `{ contact(${by}) @stream { cid } }`, badInput],
    ['a label that is a variable', `query ($l: String) { ... @defer(label: $l) { viewer { scopes } } }`, badInput],
    [
      'a label that occurs twice',
      `{ a: viewer { ... @defer(label: "x") { scopes } } b: viewer { ... @defer(label: "x") { scopes } } }`,
      badInput,
    ],
    ['a label of 201 characters', `{ viewer { ... @defer(label: "${'x'.repeat(201)}") { scopes } } }`, tooExpensive],
    ['@defer on a root field of a mutation', 'mutation { ... @defer { revokeToken { revokedAt } } }', badInput],
    [
      'more calls than allowed',
      '{ contacts(first: 600) { nodes { ... @defer { devices { totalCount } } } } }',
      tooExpensive,
    ],
  ])('%s is refused before any call, with one error and no parts', async (_, query, answer) => {
    const { send, control } = await startDelivering(env);
    for (const accept of [current, 'application/json']) {
      const { headers, parts } = await send(query, { accept });
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(await allParts(parts)).toMatchObject(answer);
    }
    expect(control.calls()).toEqual([]);
  });

  test('the initialCount of a variable has the same limits', async () => {
    const { send, control } = await startDelivering(env);
    const query = 'query ($n: Int!) { contacts(first: 3) { nodes @stream(initialCount: $n) { cid } } }';
    const [start] = await allParts((await send(query, { variables: { n: 2 } })).parts);
    expect(start?.data.contacts.nodes).toHaveLength(2);
    control.clearLog();
    for (const n of [-1, 1_001]) {
      expect(await allParts((await send(query, { variables: { n } })).parts)).toMatchObject(badInput);
    }
    expect(control.calls()).toEqual([]);
  });

  test('an answer that could have more than 50,000 fields is whole: a deferred fragment counts for 100 of them', async () => {
    const { send } = await startDelivering(env);
    const page = (first: number) => `{ contacts(first: ${first}) { nodes { cid ... @defer { country } } } }`;
    expect(await allParts((await send(page(600))).parts)).toMatchObject([{ data: { contacts: {} } }]);
    expect((await allParts((await send(page(400))).parts))[0]).toMatchObject({ hasNext: true });
  });

  test('deferred fragments that a document multiplies count while they are executed, and end the operation', async () => {
    const { send } = await startDelivering({ ...env, MAX_RESPONSE_FIELDS: '10000' });
    const inner = Array.from({ length: 20 }, (_, n) => `... @defer { a${n}: cid }`).join(' ');
    const outer = Array.from({ length: 20 }, () => '... @defer { ...F }').join(' ');
    const { parts } = await send(`{ contact(${by}) { ${outer} } } fragment F on Contact { ${inner} }`);
    expect(await allParts(parts)).toMatchObject(tooExpensive);
  });

  test('streamed items count while they are executed, and end the list', async () => {
    const { send } = await startDelivering({ ...env, MAX_RESPONSE_FIELDS: '10000' }, { emulator: { contacts: 1_200 } });
    const { parts } = await send('{ contacts(first: 1000) { nodes @stream(initialCount: 1) { cid } } }');
    const [start, ...rest] = await allParts(parts);
    expect(start?.data.contacts.nodes).toHaveLength(1);
    const errors = rest.flatMap(({ completed = [] }) => completed.flatMap(({ errors = [] }) => errors));
    expect(errors).toMatchObject([{ extensions: { code: 'QUERY_TOO_EXPENSIVE' } }]);
  });

  test('fragments that each spread the next one twice, deferred, take no exponential time', async () => {
    const { send } = await startDelivering(env);
    const fragments = Array.from(
      { length: 40 },
      (_, n) => `fragment F${n} on Contact { ...F${n + 1} @defer ...F${n + 1} @defer }`,
    );
    const query = `{ contact(${by}) { ...F0 } } ${fragments.join(' ')} fragment F40 on Contact { cid }`;
    for (const accept of ['application/json', current]) {
      const before = process.cpuUsage();
      await allParts((await send(query, { accept })).parts);
      expect(process.cpuUsage(before).user / 1_000).toBeLessThan(2_000);
    }
  });
});
