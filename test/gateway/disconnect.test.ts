import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const deadlineMs = 4_321; // a number that no other timer has

let stack: TestGateway;
let server: HttpServer;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 }, env: { OPERATION_DEADLINE_MS: String(deadlineMs) } });
  server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  await stack.query(whole);
});
beforeEach(() => stack.emulator.control.reset());
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await server.stop(0);
  await stack.close();
});

const other = edge.emoji;
const whole = `{ contact(by: {cid: "${demo.contactId}"}) { firstName events { totalCount } devices { totalCount } } }`;

/** Asks over a real socket, as a client that may leave. */
const ask = (query: string, signal?: AbortSignal) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    ...(signal === undefined ? {} : { signal }),
  });

describe('a client that leaves', () => {
  test('takes its upstream calls with it, and nobody else notices', async () => {
    stack.emulator.control.latency({ pattern: '.', ms: 600 });
    const leaving = new AbortController();
    const lost = ask(whole, leaving.signal);
    await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(3);
    const staying = ask(whole.replace(demo.contactId, other));
    await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(6);

    leaving.abort();
    await expect(lost).rejects.toThrow();
    await expect.poll(() => stack.emulator.control.abortedByClient()).toBe(3);
    expect(await (await staying).json()).toMatchObject({
      data: { contact: { devices: { totalCount: expect.any(Number) } } },
    });
    expect(stack.emulator.control.abortedByClient()).toBe(3);
    expect(stack.emulator.control.calls()).toHaveLength(6);
    const codes = stack.logged.slice(-2).map((line) => JSON.parse(line).errors);
    expect(codes).toEqual([['CLIENT_GONE'], undefined]); // not a time-out of the upstream, which is well
  });

  test('leaves the calls that others wait for too, and the last one takes them with it', async () => {
    stack.emulator.control.latency({ pattern: '.', ms: 1_500 });
    const [first, second, third] = Array.from({ length: 3 }, () => new AbortController());
    const asked = [first, second, third].map((leaving) => ask(whole, leaving?.signal));
    for (const answer of asked) answer.catch(() => undefined); // heard of below
    await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(3);
    await sleep(400); // who joins a call makes none that could be seen
    first?.abort();
    await expect(asked[0]).rejects.toThrow();
    expect(stack.emulator.control.abortedByClient()).toBe(0);
    second?.abort();
    third?.abort();
    await expect.poll(() => stack.emulator.control.abortedByClient()).toBe(3);
    await Promise.allSettled(asked);
    expect(stack.emulator.control.calls()).toHaveLength(3);
  });

  test('while a page is on its way costs no call for the rows of the page', async () => {
    stack.emulator.control.latency({ pattern: '/organizations/', ms: 300 });
    const leaving = new AbortController();
    const lost = ask('{ contacts(first: 5) { nodes { devices { totalCount } } } }', leaving.signal);
    await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(1);
    leaving.abort();
    await expect(lost).rejects.toThrow();
    await expect.poll(() => stack.emulator.control.abortedByClient()).toBe(1);
    await ask('{ viewer { scopes } }');
    expect(stack.emulator.control.counts()).toMatchObject({ contacts: 1, devices: 0 });
  });
});

test('an operation that is over leaves no timer and no listener behind', async () => {
  const started = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  const { signal } = new AbortController();
  const request = new Request('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: whole }),
    signal,
  });
  await (await stack.gateway.fetch(request)).text();

  const index = started.mock.calls.findIndex(([, ms]) => ms === deadlineMs);
  const timer: NodeJS.Timeout = started.mock.results[index]?.value;
  expect(timer.hasRef()).toBe(false);
  expect(cleared.mock.calls.map(([released]) => released)).toContain(timer);
  expect(getEventListeners(request.signal, 'abort')).toEqual([]);
});
