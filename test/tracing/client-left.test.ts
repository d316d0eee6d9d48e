import { request } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { startTracedGateway, type TracedGateway, twoCalls } from '../support/traced-gateway.ts';

let gateway: TracedGateway;
afterEach(() => gateway.close());

/** Sends a request, leaves when the upstream has its calls, and waits until these are aborted. */
async function leave(method: 'GET' | 'POST'): Promise<void> {
  const body = JSON.stringify({ query: twoCalls });
  const target = method === 'GET' ? `${gateway.url}?query=${encodeURIComponent(twoCalls)}` : gateway.url;
  const headers = { 'content-type': 'application/json', 'graphql-require-preflight': '1' };
  const call = request(target, { method, headers });
  const left = new Promise((resolve) => call.once('close', resolve));
  call.on('error', () => undefined).end(method === 'POST' ? body : undefined);
  await expect.poll(() => gateway.emulator.control.loggedInFlight()).toBe(2);
  call.destroy();
  await left;
  await expect.poll(() => gateway.emulator.control.abortedByClient()).toBe(2);
}

test.each(['POST', 'GET'] as const)(
  'the spans of a request whose client leaves a %s say so, and the calls that it ends have failed',
  async (method) => {
    gateway = await startTracedGateway({ SWITCHED_OFF: 'cache,retry' }, true);
    gateway.emulator.control.latency({ pattern: '/v2/', ms: 2_000 });
    await leave(method);
    const spans = await gateway.exported();
    const named = (name: string) => spans.filter((span) => span.name === name);
    expect(named(`${method} /graphql`)).toContainEqual(
      expect.objectContaining({ failed: true, attributes: expect.objectContaining({ 'error.type': 'client_left' }) }),
    );
    expect(named('GET /v2/customers/{id}')).toMatchObject([
      { failed: true, attributes: { 'error.type': 'CLIENT_GONE' } },
    ]);
    expect(named('query')).toContainEqual(expect.objectContaining({ failed: true }));
  },
);
