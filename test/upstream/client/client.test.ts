import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ env: { OPERATION_DEADLINE_MS: '700' }, client: { maxResponseBytes: 1_000_000 } });
  await query();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const query = () => stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`);

type Rule = Omit<Parameters<TestGateway['emulator']['control']['fault']>[0], 'path'>;

/** Breaks one call, and checks that the next one over the same pool succeeds. */
async function broken(rule: Rule) {
  stack.emulator.control.fault({ path: demo.contactId, ...rule });
  const { data, errors, text } = await query();
  expect(data).toEqual({ contact: null });
  expect(errors).toHaveLength(1);
  expect(errors[0]?.path).toEqual(['contact']);
  stack.emulator.control.clearFaults();
  expect((await query()).data.contact).toEqual({ firstName: 'Ada' });
  return { text, code: errors[0]?.extensions['code'], retryAfter: errors[0]?.extensions['retryAfter'] };
}

describe('each status of the upstream has a public error code', () => {
  test.each([
    [302, 'UPSTREAM_BAD_RESPONSE'],
    [403, 'FORBIDDEN'],
    [409, 'CONFLICT'],
    [410, 'GONE'],
    [418, 'UPSTREAM_BAD_RESPONSE'],
    [429, 'RATE_LIMITED'],
    [500, 'UPSTREAM_UNAVAILABLE'],
    [502, 'UPSTREAM_UNAVAILABLE'],
    [503, 'UPSTREAM_UNAVAILABLE'],
  ])('a response with status %i is the error %s', async (status, code) => {
    expect((await broken({ kind: 'status', status, times: 2 })).code).toBe(code);
  });

  test('a response with status 404 is null without an error', async () => {
    stack.emulator.control.fault({ path: demo.contactId, kind: 'status', status: 404 });
    expect(await query()).toMatchObject({ data: { contact: null }, errors: [] });
  });

  test.each([
    ['7', 7],
    ['-1', undefined],
    ['1000000000', 300],
  ])('a 429 with Retry-After %s gives the client a retryAfter of %j seconds', async (retryAfter, seconds) => {
    expect(await broken({ kind: 'status', status: 429, retryAfter })).toMatchObject({ retryAfter: seconds });
  });

  test('a 429 with a date in Retry-After gives the client the seconds until that date', async () => {
    const { retryAfter } = await broken({
      kind: 'status',
      status: 429,
      retryAfter: new Date(Date.now() + 30_000).toUTCString(),
    });
    expect(retryAfter).toBeGreaterThan(25);
    expect(retryAfter).toBeLessThanOrEqual(31);
  });
});

describe('a response that cannot be used is a public error', () => {
  test.each(['invalid-json', 'content-type', 'gzip-bomb', 'empty'] as const)(
    'a response of the fault kind %s is UPSTREAM_BAD_RESPONSE',
    async (kind) => {
      expect((await broken({ kind })).code).toBe('UPSTREAM_BAD_RESPONSE');
    },
  );

  test('a 502 with an HTML body is UPSTREAM_UNAVAILABLE, and the client does not get the HTML', async () => {
    const { code, text } = await broken({ kind: 'html' });
    expect(code).toBe('UPSTREAM_UNAVAILABLE');
    expect(text).not.toMatch(/<html|<body/i);
  });

  test.each([
    [undefined, 'UPSTREAM_BAD_RESPONSE'],
    ['SOMETHING_NEW', 'UPSTREAM_BAD_RESPONSE'],
    ['NOT_FOUND', 'UPSTREAM_BAD_RESPONSE'],
    ['FORBIDDEN', 'FORBIDDEN'],
    ['INVALID_PARAMETERS', 'CONFLICT'],
    ['GONE', 'GONE'],
    ['TOO_MANY_REQUESTS', 'RATE_LIMITED'],
  ])('a 200 with the status KO and the code %s is the error %s', async (ko, code) => {
    expect((await broken({ kind: 'ko', ...(ko === undefined ? {} : { code: ko }) })).code).toBe(code);
  });

  test.each(['reset', 'reset-body', 'truncate'] as const)(
    'a connection that breaks by %s is UPSTREAM_UNAVAILABLE',
    async (kind) => {
      expect((await broken({ kind })).code).toBe('UPSTREAM_UNAVAILABLE');
    },
  );

  test('a redirect is not followed, so that the token is not sent to another host', async () => {
    expect((await broken({ kind: 'redirect' })).code).toBe('UPSTREAM_BAD_RESPONSE');
    expect(stack.emulator.control.calls().map(({ route }) => route)).toEqual(['contact', 'contact']);
  });

  test('an upstream that refuses connections is UPSTREAM_UNAVAILABLE', async () => {
    const down = await startGateway({ emulator: { contacts: 10 } });
    await down.emulator.close();
    const { errors } = await down.query(`{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`);
    expect(errors[0]?.extensions['code']).toBe('UPSTREAM_UNAVAILABLE');
    await down.close();
  });
});

describe('the deadline of the operation ends its upstream calls', () => {
  test.each(['hang', 'hang-body', 'drip'] as const)(
    'a call with the fault %s ends at the deadline with UPSTREAM_TIMEOUT, and its socket is closed',
    async (kind) => {
      expect((await broken({ kind })).code).toBe('UPSTREAM_TIMEOUT');
      await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(0);
    },
  );

  test('at the deadline the fields whose calls have ended keep their values', async () => {
    stack.emulator.control.fault({ path: '/devices', kind: 'hang' });
    const { data, errors } = await stack.query(
      `{ contact(by: {cid: "${demo.contactId}"}) { firstName devices { totalCount } events { totalCount } } }`,
    );
    expect(data.contact).toMatchObject({ firstName: 'Ada', devices: null, events: { totalCount: 42 } });
    expect(errors).toMatchObject([
      { path: ['contact', 'devices'], extensions: { code: 'UPSTREAM_TIMEOUT', retryable: true } },
    ]);
  });
});
