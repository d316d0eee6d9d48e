import { afterEach, describe, expect, test } from 'vitest';
import { startFanOut } from '../support/fan-out.ts';

let stack: Awaited<ReturnType<typeof startFanOut>>;
afterEach(() => stack.close());

/** Two contacts with two branches: four calls, and the list's. Two sockets are room for four. */
const page = '{ contacts(first: 2) { nodes { cid devices { totalCount } events { totalCount } } } }';
const calls = ['contacts', 'devices', 'devices', 'events', 'events'];
const count = { totalCount: expect.any(Number) };
const row = { cid: expect.any(String), devices: count, events: count };
const whole = { errors: [], data: { contacts: { nodes: [row, row] } } };

/** The first page's devices are late, by as much as all else takes several times. */
const late = { path: '/devices', kind: 'delay', ms: 2_000, times: 2 } as const;

describe('several pages with branches at once', () => {
  test('are begun one after another as there is room for their calls, and nobody else waits for them', async () => {
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

  test('are all begun at once where that is switched off', async () => {
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

  test('are all answered whole, with everything switched on', async () => {
    stack = await startFanOut({ SWITCHED_OFF: '' });
    stack.control.latency(5);
    const clients = [await stack.client(), await stack.client()];
    const answers = await Promise.all(clients.flatMap((ask) => Array.from({ length: 20 }, () => ask(page))));
    expect(answers).toMatchObject(answers.map(() => whole));
  });
});

describe('a client that waits', () => {
  test('and leaves causes no call, and holds up nobody behind it', async () => {
    stack = await startFanOut();
    const { control, routes } = stack;
    const [mine, others] = [await stack.client(), await stack.client()];
    control.fault(late);
    const first = mine(page);
    await expect.poll(routes).toHaveLength(calls.length);
    const leaving = new AbortController();
    const lost = mine(page, {}, leaving.signal);
    await others(page); // by then the gateway has the one above as well
    leaving.abort();
    await expect(lost).rejects.toThrow();
    const next = mine(page);
    expect(await Promise.all([first, next])).toMatchObject([whole, whole]);
    expect(routes()).toHaveLength(3 * calls.length);
  });

  test('goes on as soon as the one before it has left', async () => {
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

  test('gets OVERLOADED when it has waited long enough, and no call was made', async () => {
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

test('two lists of one operation do not wait for each other, though there is no room for both', async () => {
  stack = await startFanOut();
  const mine = await stack.client();
  const list = 'contacts(first: 3) { nodes { cid devices { totalCount } events { totalCount } } }';
  const both = { errors: [], data: { a: { nodes: [row, row, row] }, b: { nodes: [row, row, row] } } };
  const answers = await Promise.all([1, 2, 3].map(() => mine(`{ a: ${list} b: ${list} }`)));
  expect(answers).toMatchObject([both, both, both]);
});
