import { afterEach, describe, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { ada, startPassthrough } from '../support/passthrough-gateway.ts';
import { createTable } from './support/fault-table.ts';
import { type Harness, startHarness } from './support/harness.ts';
import { contact, profile, wholeContact, wholeProfile } from './support/operations.ts';

const table = createTable('An upstream that asks for patience (U15, U16)');

let harness: Harness | undefined;
afterEach(async () => {
  await harness?.close();
  harness = undefined;
});

const path = '/customers/';
const slowDown = (retryAfter?: string) =>
  ({ path, kind: 'status', status: 429, ...(retryAfter === undefined ? {} : { retryAfter }) }) as const;

const asksForPatience = { path: 'contact', code: 'RATE_LIMITED', retryable: true };

/** A second or two from now, and a little more for all who wait, rounded up. */
const soon = expect.toSatisfy((seconds) => [1, 2, 3].includes(seconds));

describe('U15: a 429 with Retry-After', () => {
  test('is obeyed where there is time for it', async () => {
    harness = await startHarness({ env: { OPERATION_DEADLINE_MS: '3000' } });
    harness.fault(slowDown('1'));
    const told = await harness.ask(profile);
    const [first, again] = harness.emulator.control.calls();
    const calls = await harness.calls();
    table.add('U15', 'Retry-After: 1, time for it', told, calls);
    expect(told).toMatchObject({ data: wholeProfile, errors: [] });
    expect(calls).toEqual({ contact: [429, 200] });
    expect((again?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990); // the timers of two clocks
    await harness.recover(contact, wholeContact);
  });

  test.each([
    ['30', 30],
    ['1000000000', 300],
    ['Fri, 31 Dec 9999 23:59:59 GMT', 300],
    ['1e9', soon],
    ['', soon],
    [new Date(Date.now() + 60_000).toUTCString(), expect.any(Number)],
    ['-5', soon],
    ['nonsense', soon],
  ])('%s is told at once where there is not, and nobody is let through before', async (value, retryAfter) => {
    harness = await startHarness();
    harness.fault(slowDown(value));
    const told = await harness.ask(profile);
    const calls = await harness.calls();
    table.add('U15', `Retry-After: ${value}, no time for it`, told, calls);
    expect(told.errors).toEqual([{ ...asksForPatience, retryAfter }]);
    expect(calls).toEqual({ contact: [429] });
    if (retryAfter === soon) return; // it is open again before a busy machine has asked
    const others = await Promise.all(Array.from({ length: 10 }, () => harness?.ask(contact)));
    expect(new Set(others.flatMap((other) => other?.errors.map(({ code }) => code)))).toEqual(
      new Set(['RATE_LIMITED']),
    );
    expect(await harness.calls()).toEqual({});
    expect(await harness.get('/livez')).toMatchObject({ status: 200 });
  });
});

describe('U16: a 429 without Retry-After', () => {
  test('closes the gate for a second or two', async () => {
    harness = await startHarness();
    harness.fault(slowDown());
    const told = await harness.ask(profile);
    const calls = await harness.calls();
    table.add('U16', '429, no time to wait', told, calls);
    expect(told.errors).toEqual([{ ...asksForPatience, retryAfter: soon }]);
    expect(calls).toEqual({ contact: [429] });
    await harness.recover(contact, wholeContact);
  });

  test('holds nobody up who calls with another credential', async () => {
    const gateway = await startPassthrough();
    const { emulator } = gateway;
    const [slow, other] = [`Bearer ${await gateway.logIn(demo)}`, `Bearer ${await gateway.logIn(second)}`];
    const cids = emulator.contacts(second.organizationId).map(({ cid }) => cid);
    emulator.control.fault({ ...slowDown(), path: demo.contactId });
    const began = performance.now();
    const order: string[] = [];
    const waiting = gateway.query(slow, ada).then((answer) => {
      order.push('the one that was asked to wait');
      return answer;
    });
    await expect.poll(() => emulator.control.counts().contact).toBe(1);
    for (const cid of cids.slice(0, 20)) {
      const { data, errors } = await gateway.query(other, `{ contact(by: {cid: "${cid}"}) { cid } }`);
      expect({ data, errors }).toEqual({ data: { contact: { cid } }, errors: [] });
    }
    order.push('twenty of another');
    expect((await waiting).errors).toEqual([]);
    const { contact: calls } = emulator.control.counts();
    const told = { errors: [], ms: performance.now() - began };
    table.add('U16', '429, time to wait; 20 of another tenant', told, { contact: Array.from({ length: calls }) });
    expect({ order, calls }).toEqual({ order: ['twenty of another', 'the one that was asked to wait'], calls: 22 });
    await gateway.close();
  });
});
