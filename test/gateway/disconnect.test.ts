import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { edge } from '../../emulator/edge-cases.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const deadlineMs = 4_321; // No other timer has this duration, so the test can find the timer of the deadline.

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

/** Sends a query over a real socket, which the client can close. */
const send = (query: string, signal?: AbortSignal) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    ...(signal === undefined ? {} : { signal }),
  });

describe('a client that closes its connection', () => {
  test('the upstream calls of a client that disconnects are aborted, and those of another client are not', async () => {
    stack.emulator.control.latency({ pattern: '.', ms: 600 });
    const leaving = new AbortController();
    const lost = send(whole, leaving.signal);
    await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(3);
    const staying = send(whole.replace(demo.contactId, other));
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
    expect(codes).toEqual([['CLIENT_GONE'], undefined]); // The upstream is healthy, so its timeout code would be wrong.
  });

  test('shared upstream calls are aborted when the last client that waits for them disconnects', async () => {
    stack.emulator.control.latency({ pattern: '.', ms: 1_500 });
    const [first, second, third] = Array.from({ length: 3 }, () => new AbortController());
    const requests = [first, second, third].map((leaving) => send(whole, leaving?.signal));
    for (const answer of requests) answer.catch(() => undefined); // The rejections are expected further below.
    await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(3);
    await sleep(400); // A client that joins a shared call makes no call of its own, so the test cannot wait for one.
    first?.abort();
    await expect(requests[0]).rejects.toThrow();
    expect(stack.emulator.control.abortedByClient()).toBe(0);
    second?.abort();
    third?.abort();
    await expect.poll(() => stack.emulator.control.abortedByClient()).toBe(3);
    await Promise.allSettled(requests);
    expect(stack.emulator.control.calls()).toHaveLength(3);
  });

  test('a client that disconnects while a page is read causes no calls for the rows of the page', async () => {
    stack.emulator.control.latency({ pattern: '/organizations/', ms: 300 });
    const leaving = new AbortController();
    const lost = send('{ contacts(first: 5) { nodes { devices { totalCount } } } }', leaving.signal);
    await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(1);
    leaving.abort();
    await expect(lost).rejects.toThrow();
    await expect.poll(() => stack.emulator.control.abortedByClient()).toBe(1);
    await send('{ viewer { scopes } }');
    expect(stack.emulator.control.counts()).toMatchObject({ contacts: 1, devices: 0 });
  });
});

test('a completed operation leaves no timer and no abort listener behind', async () => {
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
