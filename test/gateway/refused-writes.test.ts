/** Kind: a write whose response has no usable body. Every status says that it was done, refused, or that this is unknown. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultRule } from '../../emulator/faults.ts';
import type { TestGateway } from '../support/gateway.ts';
import { type Mutation, mutations, requestOf, target } from '../support/mutations.ts';
import { idOf, startWriting } from '../support/write-gateway.ts';

let stack: TestGateway;
let token = '';
beforeAll(async () => {
  // The credential of this gateway has its token already, so a 401 or 403 costs one login and one more attempt.
  // Whether hundreds of failures in a row open the circuit breaker depends on the speed of the machine.
  const env = { SWITCHED_OFF: 'cache,retry,rate-limit-gate,circuit-breaker' };
  stack = await startWriting({ emulator: { contacts: 20 }, env });
});
beforeEach(async () => {
  stack.emulator.control.reset();
  stack.emulator.insert(target);
  const { data } = await stack.query(`mutation { issueContactToken(
    input: {id: "${idOf(target.cid)}", expiresIn: 600, hits: 100}
  ) { token } }`);
  token = data.issueContactToken.token;
  stack.emulator.control.reset();
});
afterAll(() => stack.close());

const writes = mutations.filter(
  ({ otherInputs, name }) => otherInputs === undefined && name !== 'createContact, matching',
);
/** The mutations that read `Idempotency-Key`. */
const keyed = writes.filter(({ field }) => field === 'createContact' || field === 'issueContactToken');

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const anyTimes = { times: Number.POSITIVE_INFINITY };

/** The outcome that a client gets: the code of an error or of a user error, or `DONE`. */
async function outcomeOf(mutation: Mutation, rule: FaultRule, key?: string): Promise<unknown> {
  stack.emulator.control.clearFaults();
  stack.emulator.control.fault({ ...mutation.call, ...anyTimes, ...rule });
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  const { data, errors } = await stack.query(...requestOf(mutation, token), headers);
  return errors[0]?.extensions['code'] ?? data[mutation.field].userErrors[0]?.code ?? 'DONE';
}

const callsOf = ({ call }: Mutation) =>
  stack.emulator.control
    .calls()
    .filter(({ method, path }) => method === call.method && new RegExp(call.path).test(path));

/** The code for a write that got this status with an error body. */
function expectedCode(status: number): string {
  if (status === 401) return 'UPSTREAM_AUTH';
  if (status === 403) return 'FORBIDDEN';
  if (status === 404) return 'NOT_FOUND';
  if ([400, 409, 413, 422].includes(status)) return 'CONFLICT';
  if (status === 410) return 'GONE';
  if (status === 429) return 'RATE_LIMITED';
  if (status === 408 || status === 425) return 'OUTCOME_UNKNOWN';
  return status >= 400 && status < 500 ? 'UPSTREAM_BAD_RESPONSE' : 'OUTCOME_UNKNOWN';
}

describe.each(writes)('the mutation $name', (mutation) => {
  test('a mutation has one code for each status from 200 to 599 with an error in the body, and is sent once', async () => {
    // A 204 has no body, so it cannot carry an error.
    const statuses = range(200, 599).filter((status) => ![204, 401, 403].includes(status));
    const codes: Record<number, unknown> = {};
    for (const status of statuses) codes[status] = await outcomeOf(mutation, { kind: 'status', status });
    expect(codes).toEqual(Object.fromEntries(statuses.map((status) => [status, expectedCode(status)])));
    expect(callsOf(mutation)).toHaveLength(statuses.length);
  });

  test.each([401, 403])(
    'a mutation is sent once more with a new token after a %i, and the second refusal is final',
    async (status) => {
      const fresh = await startWriting({ emulator: { contacts: 5 } });
      fresh.emulator.insert(target);
      fresh.emulator.control.reset();
      fresh.emulator.control.fault({ ...mutation.call, ...anyTimes, kind: 'status', status });
      const { errors } = await fresh.query(...requestOf(mutation, 'a-token'));
      expect(errors[0]?.extensions['code']).toBe(expectedCode(status));
      const calls = fresh.emulator.control.calls().filter(({ route }) => route !== 'organizationPolicies');
      expect(calls.map(({ route }) => route === 'login')).toEqual([false, true, false]);
      await fresh.close();
    },
  );

  test('a mutation is done after a success without a body, unless it needs a value from the body', async () => {
    const done = mutation.needsResponse ? 'OUTCOME_UNKNOWN' : 'DONE';
    for (const status of [200, 201, 202, 203, 204, 205, 206, 299]) {
      expect([status, await outcomeOf(mutation, { kind: 'empty', status })]).toEqual([status, done]);
    }
    for (const body of [' ', '\n', '\r\n\t ']) {
      expect([body, await outcomeOf(mutation, { kind: 'body', body })]).toEqual([body, done]);
    }
    expect(await outcomeOf(mutation, { kind: 'body', body: '', contentType: 'text/html' })).toBe(done);
  });

  test('a mutation has an unknown outcome when the body of a success cannot be read', async () => {
    for (const body of [
      'OK',
      '{',
      '""',
      '0',
      'null',
      'true',
      '[]',
      '{}',
      '{"status":1}',
      '\u0000',
      '\ufeff',
      `{"status":"OK"`,
    ]) {
      const outcome = await outcomeOf(mutation, { kind: 'body', body });
      expect([body, outcome]).toEqual([body, 'OUTCOME_UNKNOWN']);
    }
    expect(await outcomeOf(mutation, { kind: 'body', body: 'OK', contentType: 'text/plain' })).toBe('OUTCOME_UNKNOWN');
  });

  test('a mutation has the code of a KO in a success, and the code of the status when the status is an error', async () => {
    for (const [code, expected] of [
      ['INVALID_PARAMETERS', 'CONFLICT'],
      ['GONE', 'GONE'],
      ['TOO_MANY_REQUESTS', 'RATE_LIMITED'],
      ['SOMETHING_ELSE', 'OUTCOME_UNKNOWN'],
    ] as const) {
      expect([code, await outcomeOf(mutation, { kind: 'ko', code })]).toEqual([code, expected]);
      expect(await outcomeOf(mutation, { kind: 'ko', code, status: 405 })).toBe('UPSTREAM_BAD_RESPONSE');
      expect(await outcomeOf(mutation, { kind: 'ko', code, status: 500 })).toBe('OUTCOME_UNKNOWN');
    }
  });
});

describe.each(keyed)('the mutation $name with an Idempotency-Key', (mutation) => {
  const errorStatuses = [400, 402, 404, 405, 406, 407, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422, 423];
  const moreStatuses = [424, 426, 428, 429, 431, 444, 451, 499];

  test.each([...errorStatuses, ...moreStatuses])(
    'a mutation can be sent again with the same key after a %i',
    async (status) => {
      const key = `${mutation.field}-${status}`;
      expect(await outcomeOf(mutation, { kind: 'status', status }, key)).toBe(expectedCode(status));
      expect(await outcomeOf(mutation, { kind: 'delay', ms: 0 }, key)).toBe('DONE');
      expect(await outcomeOf(mutation, { kind: 'delay', ms: 0 }, key)).toBe('DONE');
      expect(callsOf(mutation)).toHaveLength(2);
    },
  );

  test.each([301, 302, 303, 304, 307, 308, 408, 425, 500, 501, 502, 503, 504, 599])(
    'a mutation is not sent again with the same key after a %i, which leaves its outcome unknown',
    async (status) => {
      const key = `${mutation.field}-${status}`;
      expect(await outcomeOf(mutation, { kind: 'status', status }, key)).toBe('OUTCOME_UNKNOWN');
      expect(await outcomeOf(mutation, { kind: 'delay', ms: 0 }, key)).toBe('OUTCOME_UNKNOWN');
      expect(callsOf(mutation)).toHaveLength(1);
    },
  );

  test('a mutation is not sent again with the same key after a success without the value that it needs', async () => {
    expect(await outcomeOf(mutation, { kind: 'empty', status: 204 }, mutation.field)).toBe('OUTCOME_UNKNOWN');
    expect(await outcomeOf(mutation, { kind: 'delay', ms: 0 }, mutation.field)).toBe('OUTCOME_UNKNOWN');
    expect(callsOf(mutation)).toHaveLength(1);
  });
});

test.each([400, 404, 405, 409, 410, 422])(
  'an operation fails with UPSTREAM_AUTH when the login of the gateway is refused with a %i',
  async (status) => {
    const fresh = await startWriting({ emulator: { contacts: 5 } });
    const update = writes.find(({ field }) => field === 'updateContact') as Mutation;
    fresh.emulator.control.expireTokens();
    fresh.emulator.control.fault({ path: '/login/', ...anyTimes, kind: 'status', status });
    const read = await fresh.query(`{ contact(by: {cid: "${target.cid}"}) { cid } }`);
    const write = await fresh.query(...requestOf(update, token));
    for (const { errors } of [read, write]) expect(errors[0]?.extensions['code']).toBe('UPSTREAM_AUTH');
    await fresh.close();
  },
);
