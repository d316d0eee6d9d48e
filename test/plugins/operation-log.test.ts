import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway();
});
beforeEach(() => {
  stack.logged.length = 0;
  stack.emulator.control.reset();
});
afterAll(() => stack.close());

const cid = '986a372347aac5e4a94516db835d58aa';
const operations = () => stack.logged.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'operation');

test('an operation is logged in one line with its kind, name, time, upstream calls and request id', async () => {
  const { headers } = await stack.query(
    `query Whole { contact(by: {cid: "${cid}"}) { firstName devices { totalCount } } }`,
  );
  expect(operations()).toMatchObject([
    { operation: 'query', name: 'Whole', upstreamCalls: 2, requestId: headers.get('x-request-id') },
  ]);
  expect(operations()[0].ms).toBeGreaterThanOrEqual(0);
});

test('errors are logged by their codes', async () => {
  stack.emulator.control.fault({ path: '/devices', kind: 'status', status: 500 });
  await stack.query(`{ contact(by: {cid: "${cid}"}) { devices { totalCount } } }`);
  expect(operations()).toMatchObject([{ errors: ['UPSTREAM_UNAVAILABLE'] }]);
});

test('the name of an operation is logged up to its 64th character', async () => {
  await stack.query(`query ${'a'.repeat(5_000)} { __typename }`);
  expect(operations()).toMatchObject([{ name: 'a'.repeat(64) }]);
});

test('a failure of the upstream is logged with its kind, path and cause', async () => {
  stack.emulator.control.fault({ path: cid, kind: 'invalid-json' });
  const { headers } = await stack.query(`{ contact(by: {cid: "${cid}"}) { cid } }`);
  const warnings = stack.logged.map((line) => JSON.parse(line)).filter(({ level }) => level === 40);
  expect(warnings).toMatchObject([
    {
      requestId: headers.get('x-request-id'),
      error: {
        name: 'UpstreamBadResponse',
        frames: expect.arrayContaining([expect.stringContaining('parseJson'), expect.stringContaining('client.ts')]),
        cause: { detail: expect.stringMatching(/^\d+ bytes, sha256 [0-9a-f]{16}$/) },
      },
      endpoint: 'contact',
      ms: expect.any(Number),
    },
    { msg: 'operation', errors: ['UPSTREAM_BAD_RESPONSE'] },
  ]);
});

test("a client's request id is used when it is safe in headers and logs, and replaced otherwise", async () => {
  const idOf = async (given: string) =>
    (await stack.query('{ __typename }', {}, { 'x-request-id': given })).headers.get('x-request-id');
  expect(await idOf('trace-1_A')).toBe('trace-1_A');
  for (const given of ['a b', 'x'.repeat(65), 'ada@example.com']) expect(await idOf(given)).toMatch(/^[0-9a-f-]{36}$/);
});

test('the log has no personal data and no secret, also after failures', async () => {
  const kinds = ['html', 'ko', 'invalid-json', 'reset', 'truncate'] as const;
  for (const kind of kinds) {
    stack.emulator.control.fault({ path: cid, kind });
    await stack.query(`{ contact(by: {cid: "${cid}"}) { firstName email phone } }`);
  }
  const { data } = await stack.query(`{ contact(by: {cid: "${cid}"}) { firstName lastName email phone username } }`);
  await stack.query('query ($email: EmailAddress!) { contact(by: {email: $email}) { cid } }', {
    email: data.contact.email,
  });
  const log = stack.logged.join('');
  expect(operations()).toHaveLength(kinds.length + 2);
  for (const value of [...Object.values<string>(data.contact), cid, stack.emulator.clientSecret, 'Bearer', 'eyJ']) {
    expect(log).not.toContain(value);
  }
});
