// Until the upstream has accepted a token of passthrough mode, one call at a time is made with it.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { type Passthrough, startPassthrough } from '../support/passthrough-gateway.ts';

let stack: Passthrough;
beforeAll(async () => {
  stack = await startPassthrough({ claims: true });
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** A token that names an organization and has no valid signature. */
const forge = (name: string, claims: object = {}) =>
  `Bearer e30.${part({ organizationId: demo.organizationId, name, ...claims })}.x`;
const calls = () => stack.emulator.control.calls().filter(({ route }) => route !== 'login');
const codes = ({ errors }: Awaited<ReturnType<Passthrough['query']>>) =>
  new Set(errors.map(({ extensions }) => extensions['code']));

/** An operation with `count` calls. */
const aliases = (count: number, id = 'absent') =>
  `{ ${Array.from({ length: count }, (_, n) => `a${n}: contactExists(by: {cid: "${id}-${n}"})`).join(' ')} }`;

describe('a forged token', () => {
  test('300 aliases with a forged token make one call, all end with its refusal, and the next operation makes none', async () => {
    const token = forge('aliases');
    const answer = await stack.query(token, aliases(300));
    expect(codes(answer)).toEqual(new Set(['UNAUTHENTICATED', 'ERRORS_OMITTED']));
    expect(answer.errors.at(-1)?.message).toBe('201 more errors are not listed.');
    expect(calls()).toHaveLength(1);
    expect((await stack.query(token, aliases(300))).status).toBe(401);
    expect(calls()).toHaveLength(1);
  });

  test('operations that arrive together with a forged token make one call together', async () => {
    const token = forge('together');
    const answers = await Promise.all(Array.from({ length: 20 }, () => stack.query(token, aliases(10))));
    for (const answer of answers) expect(codes(answer)).toEqual(new Set(['UNAUTHENTICATED']));
    expect(calls()).toHaveLength(1);
  });

  test('a forged token that names a service makes one call more, for the service', async () => {
    const answer = await stack.query(forge('service', { iss: demo.clientKey }), aliases(50));
    expect(codes(answer)).toEqual(new Set(['UNAUTHENTICATED']));
    expect(calls()).toHaveLength(2);
  });
});

describe('a token that the upstream has not accepted yet', () => {
  test('the calls of the first operation of a genuine token wait for the first one, and those of the second do not', async () => {
    const token = `Bearer ${await stack.logIn(demo)}`;
    stack.emulator.control.latency(50);
    for (const [id, together] of [
      ['first', 4],
      ['second', 5],
    ] as const) {
      stack.emulator.control.clearLog();
      expect((await stack.query(token, aliases(5, id))).errors).toEqual([]);
      expect(calls()).toHaveLength(5);
      expect(stack.emulator.control.peakInFlight()).toBe(together);
    }
  });

  test.each([404, 409, 410])('a %d proves a token, so that one call fails and the others are made', async (status) => {
    const token = `Bearer ${await stack.logIn(demo)}`;
    stack.emulator.control.fault({ path: `cid=absent-0`, kind: 'status', status, times: 1 });
    const { data } = await stack.query(token, aliases(3));
    expect([data.a1, data.a2]).toEqual([false, false]);
    expect(stack.emulator.control.counts()).toMatchObject({ contactExists: 3 });
  });

  test('an outage proves nothing: the next call is made when the first has failed, and ends the others if it is refused', async () => {
    stack.emulator.control.fault({ path: 'cid=absent-0', kind: 'status', status: 500, times: 9 });
    const { errors } = await stack.query(forge('outage'), aliases(5));
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual([
      'UPSTREAM_UNAVAILABLE',
      ...Array(4).fill('UNAUTHENTICATED'),
    ]);
    expect(new Set(calls().map(({ path }) => path)).size).toBe(2); // the first one was retried
  });
});
