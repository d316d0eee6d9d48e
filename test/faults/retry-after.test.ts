import { afterEach, describe, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { ada, startPassthrough } from '../support/passthrough-gateway.ts';
import { createTable } from './support/fault-table.ts';
import { type Harness, startHarness } from './support/harness.ts';
import { contact, profile, wholeContact, wholeProfile } from './support/operations.ts';

const table = createTable('Rate limits of the upstream (U15, U16)');

let harness: Harness | undefined;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

const path = '/customers/';
const rateLimitFault = (retryAfter?: string) =>
  ({ path, kind: 'status', status: 429, ...(retryAfter === undefined ? {} : { retryAfter }) }) as const;

const rateLimited = { path: 'contact', code: 'RATE_LIMITED', retryable: true };

/** The wait is one to two seconds with jitter, and retryAfter is rounded up. */
const oneToThreeSeconds = expect.toSatisfy((seconds) => [1, 2, 3].includes(seconds));

describe('U15: a 429 with Retry-After', () => {
  test('U15: a read is retried after Retry-After when the deadline allows it', async () => {
    harness = await startHarness({ env: { OPERATION_DEADLINE_MS: '3000' } });
    harness.fault(rateLimitFault('1'));
    const response = await harness.query(profile);
    const [first, again] = harness.emulator.control.calls();
    const calls = await harness.calls();
    table.add('U15', 'Retry-After: 1, time for it', response, calls);
    expect(response).toMatchObject({ data: wholeProfile, errors: [] });
    expect(calls).toEqual({ contact: [429, 200] });
    expect((again?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990); // The timers of the gateway and the emulator may differ by some milliseconds.
    await harness.recover(contact, wholeContact);
  });

  test.each([
    ['30', 30],
    ['1000000000', 300],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 300],
    ['1e9', oneToThreeSeconds],
    ['', oneToThreeSeconds],
    [new Date(Date.now() + 60_000).toUTCString(), expect.any(Number)],
    ['-5', oneToThreeSeconds],
    ['nonsense', oneToThreeSeconds],
  ])(
    'with Retry-After %s, longer than the deadline, a read is RATE_LIMITED without a wait, and no later call is sent before that time',
    async (value, retryAfter) => {
      harness = await startHarness();
      harness.fault(rateLimitFault(value));
      const response = await harness.query(profile);
      const calls = await harness.calls();
      table.add('U15', `Retry-After: ${value}, no time for it`, response, calls);
      expect(response.errors).toEqual([{ ...rateLimited, retryAfter }]);
      expect(calls).toEqual({ contact: [429] });
      if (retryAfter === oneToThreeSeconds) return; // On a busy machine this time may pass before the next request.
      const others = await Promise.all(Array.from({ length: 10 }, () => harness?.query(contact)));
      expect(new Set(others.flatMap((other) => other?.errors.map(({ code }) => code)))).toEqual(
        new Set(['RATE_LIMITED']),
      );
      expect(await harness.calls()).toEqual({});
      expect(await harness.get('/livez')).toMatchObject({ status: 200 });
    },
  );
});

describe('U16: a 429 without Retry-After', () => {
  test('U16: a 429 without Retry-After closes the rate-limit gate for one to three seconds', async () => {
    harness = await startHarness();
    harness.fault(rateLimitFault());
    const response = await harness.query(profile);
    const calls = await harness.calls();
    table.add('U16', '429, no time to wait', response, calls);
    expect(response.errors).toEqual([{ ...rateLimited, retryAfter: oneToThreeSeconds }]);
    expect(calls).toEqual({ contact: [429] });
    await harness.recover(contact, wholeContact);
  });

  test('U16: a 429 does not delay calls with another credential', async () => {
    const gateway = await startPassthrough();
    const { emulator } = gateway;
    const [slow, other] = [`Bearer ${await gateway.logIn(demo)}`, `Bearer ${await gateway.logIn(second)}`];
    const cids = emulator.contacts(second.organizationId).map(({ cid }) => cid);
    emulator.control.fault({ ...rateLimitFault(), path: demo.contactId });
    const began = performance.now();
    const order: string[] = [];
    const limited = gateway.query(slow, ada).then((answer) => {
      order.push('the rate-limited request');
      return answer;
    });
    await expect.poll(() => emulator.control.counts().contact).toBe(1);
    for (const cid of cids.slice(0, 20)) {
      const { data, errors } = await gateway.query(other, `{ contact(by: {cid: "${cid}"}) { cid } }`);
      expect({ data, errors }).toEqual({ data: { contact: { cid } }, errors: [] });
    }
    order.push('twenty requests of another organization');
    expect((await limited).errors).toEqual([]);
    const { contact: calls } = emulator.control.counts();
    const response = { errors: [], ms: performance.now() - began };
    table.add('U16', '429, time to wait; 20 of another tenant', response, { contact: Array.from({ length: calls }) });
    expect({ order, calls }).toEqual({
      order: ['twenty requests of another organization', 'the rate-limited request'],
      calls: 22,
    });
    await gateway.close();
  });
});
