import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 50 } });
  await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`); // logs in
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const branch = (name: string) => ({
  name,
  // The contact is found by the list, so the branch is the only call with this pattern.
  query: `{ contact(by: {username: "YYYYYZZZXXX1"}) { ${name} { totalCount } } }`,
  pattern: `/${name}(\\?|$)`,
  path: ['contact', name],
});

const reads = [
  {
    name: 'contacts',
    query: '{ contacts(first: 1) { totalCount } }',
    pattern: '/organizations/',
    path: ['contacts'],
  },
  {
    name: 'contact',
    query: `{ contact(by: {cid: "${demo.contactId}"}) { cid } }`,
    pattern: `/${demo.contactId}$`,
    path: ['contact'],
  },
  {
    name: 'organizationEvents',
    query: '{ organization { events(first: 1) { totalCount } } }',
    pattern: '/organizations/[^/]+/events',
    path: ['organization', 'events'],
  },
  branch('events'),
  branch('devices'),
  branch('accountings'),
];

describe.each(reads)('a read of $name', ({ name, query, pattern, path }) => {
  const calls = () => stack.emulator.control.calls().filter(({ route }) => route === name);

  async function codeAfter(rule: Omit<Parameters<TestGateway['emulator']['control']['fault']>[0], 'path'>) {
    stack.emulator.control.fault({ path: pattern, ...rule });
    const { status, errors } = await stack.query(query);
    expect(status).toBe(200);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.path).toEqual(path);
    return errors[0]?.extensions['code'];
  }

  test('a read without a fault is one upstream call', async () => {
    expect((await stack.query(query)).errors).toEqual([]);
    expect(calls()).toMatchObject([{ method: 'GET', status: 200 }]);
  });

  test('a read that the upstream answers with 200 and the status KO is an error, not an empty result', async () => {
    expect(await codeAfter({ kind: 'ko' })).toBe('UPSTREAM_BAD_RESPONSE');
    expect(await codeAfter({ kind: 'ko', code: 'TOO_MANY_REQUESTS' })).toBe('RATE_LIMITED');
    expect(calls()).toHaveLength(2);
  });

  test.each([
    'null',
    '[]',
    '"text"',
    '{}',
    '{"status":"OK"}',
    '{"status":"OK","customer":[],"customers":{},"events":{},"devices":1,"accountings":"x"}',
    '{"status":"OK","customer":{"cid":"../x"},"customers":[{}],"events":[1],"devices":[[]],"accountings":[null]}',
    '{"status":"ok","customer":{"cid":"a"},"customers":[],"events":[],"devices":[],"accountings":[]}',
    '{"customer":{"cid":"a"},"customers":[],"events":[],"devices":[],"accountings":[]}',
    '{"status":"ERROR","code":"FORBIDDEN"}',
    '{"__proto__":{"status":"OK"},"customer":{"cid":"a"}}',
  ])('a read that the upstream answers with %s is UPSTREAM_BAD_RESPONSE', async (body) => {
    expect(await codeAfter({ kind: 'body', body })).toBe('UPSTREAM_BAD_RESPONSE');
  });

  test('a failed read is not retried while retries are switched off', async () => {
    for (const kind of ['html', 'reset', 'truncate', 'invalid-json'] as const) await codeAfter({ kind });
    for (const status of [409, 410, 429, 500]) await codeAfter({ kind: 'status', status });
    expect(calls()).toHaveLength(8);
  });

  test('a read that the upstream answers with 404 is null or has a public error code', async () => {
    stack.emulator.control.fault({ path: pattern, kind: 'status', status: 404 });
    const { data, errors } = await stack.query(query);
    if (name === 'contacts' || name === 'organizationEvents')
      expect(errors).toMatchObject([{ path, extensions: { code: 'FORBIDDEN' } }]);
    else expect(errors).toEqual([]);
    expect(path.reduce((value, key) => value[key], data)).toBeNull();
  });

  test('a read ignores fields that are not in the contract', async () => {
    const rows = '[{"cid":"a","brandNew":{"__proto__":1}}]';
    const body = `{"status":"OK","more":1,"customer":{"cid":"a"},"customers":${rows},"events":${rows},"devices":${rows},"accountings":${rows}}`;
    stack.emulator.control.fault({ path: pattern, kind: 'body', body });
    expect((await stack.query(query)).errors).toEqual([]);
  });
});
