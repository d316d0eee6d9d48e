import { afterEach, describe, expect, test } from 'vitest';
import { startFanOut } from '../support/fan-out.ts';

let stack: Awaited<ReturnType<typeof startFanOut>>;
afterEach(() => stack.close());

/** Two contacts with two branches each cost four calls, beside the call for the list. Two sockets admit four calls. */
const page = '{ contacts(first: 2) { nodes { cid devices { totalCount } events { totalCount } } } }';
const calls = ['contacts', 'devices', 'devices', 'events', 'events'];
const count = { totalCount: expect.any(Number) };
const row = { cid: expect.any(String), devices: count, events: count };
const whole = { errors: [], data: { contacts: { nodes: [row, row] } } };

/** The delay of the devices of the first page is several times as long as everything else takes. */
const late = { path: '/devices', kind: 'delay', ms: 2_000, times: 2 } as const;

describe('concurrent pages with branches', () => {
  test('concurrent pages of one caller start one after another within the call limit, and another caller does not wait for them', async () => {
    stack = await startFanOut();
    const { control, routes } = stack;
    const [mine, others] = [await stack.client(), await stack.client()];
    control.fault(late);
    const first = mine(page);
    await expect.poll(routes).toHaveLength(calls.length);
    const second = mine(page);
    expect(await others(page)).toMatchObject(whole);
    expect(routes()).toHaveLength(2 * calls.length);
    expect(await Promise.all([first, second])).toMatchObject([whole, whole]);
    const made = routes();
    expect([0, 5, 10].map((at) => made.slice(at, at + 5).toSorted())).toEqual([calls, calls, calls]);
    expect(made[10]).toBe('contacts');
  });

  test('concurrent pages of one caller start together when the fan-out admission is switched off', async () => {
    stack = await startFanOut({ SWITCHED_OFF: 'cache,coalescer,concurrency-limiter,fan-out-admission' });
    const { control, routes } = stack;
    const mine = await stack.client();
    control.fault(late);
    const first = mine(page);
    await expect.poll(routes).toHaveLength(calls.length);
    const second = mine(page);
    expect(await Promise.race([first.then(() => 'first'), second.then(() => 'second')])).toBe('second');
    expect(await Promise.all([first, second])).toMatchObject([whole, whole]);
  });

  test('40 concurrent pages of two callers are complete when all resilience policies are switched on', async () => {
    stack = await startFanOut({ SWITCHED_OFF: '' });
    stack.control.latency(5);
    const clients = [await stack.client(), await stack.client()];
    const answers = await Promise.all(clients.flatMap((query) => Array.from({ length: 20 }, () => query(page))));
    expect(answers).toMatchObject(answers.map(() => whole));
  });
});

describe('a list that waits for admission', () => {
  test('a client that disconnects while its list waits causes no call and does not delay the next list', async () => {
    stack = await startFanOut();
    const { control, routes } = stack;
    const [mine, others] = [await stack.client(), await stack.client()];
    control.fault(late);
    const first = mine(page);
    await expect.poll(routes).toHaveLength(calls.length);
    const leaving = new AbortController();
    const lost = mine(page, {}, leaving.signal);
    await others(page); // When this page is answered, the gateway has received the request above as well.
    leaving.abort();
    await expect(lost).rejects.toThrow();
    const next = mine(page);
    expect(await Promise.all([first, next])).toMatchObject([whole, whole]);
    expect(routes()).toHaveLength(3 * calls.length);
  });

  test('a waiting list starts when the client of the list before it disconnects', async () => {
    stack = await startFanOut();
    const { control, routes } = stack;
    const mine = await stack.client();
    control.fault({ ...late, kind: 'hang' });
    const leaving = new AbortController();
    const lost = mine(page, {}, leaving.signal);
    await expect.poll(routes).toHaveLength(calls.length);
    const next = mine(page);
    leaving.abort();
    await expect(lost).rejects.toThrow();
    expect(await next).toMatchObject(whole);
  });

  test('a list that has waited for the longest queue time fails with OVERLOADED without an upstream call', async () => {
    stack = await startFanOut({ QUEUE_WAIT_MS: '100' });
    const { control, routes } = stack;
    const mine = await stack.client();
    control.fault(late);
    const first = mine(page);
    await expect.poll(routes).toHaveLength(calls.length);
    const { data, errors } = await mine(page);
    expect(data).toEqual({ contacts: null });
    const extensions = { code: 'OVERLOADED', retryable: true, retryAfter: 1 };
    expect(errors).toMatchObject([{ message: 'Too many lists are read at once.', path: ['contacts'], extensions }]);
    expect(routes()).toHaveLength(calls.length);
    expect(await first).toMatchObject(whole);
    expect(await mine(page)).toMatchObject(whole);
  });
});

test('two lists of one operation do not wait for each other, although their calls exceed the limit', async () => {
  stack = await startFanOut();
  const mine = await stack.client();
  const list = 'contacts(first: 3) { nodes { cid devices { totalCount } events { totalCount } } }';
  const both = { errors: [], data: { a: { nodes: [row, row, row] }, b: { nodes: [row, row, row] } } };
  const answers = await Promise.all([1, 2, 3].map(() => mine(`{ a: ${list} b: ${list} }`)));
  expect(answers).toMatchObject([both, both, both]);
});
