// How a signal ends the process: with pending requests, without any, and a second signal.
import { describe, expect, test } from 'vitest';
import { startEmulator } from '../emulator/emulator.ts';
import { post, start } from './support/main-process.ts';
import { logIn } from './support/passthrough-gateway.ts';

describe('SIGTERM drains the gateway', () => {
  test('on SIGTERM pending requests are answered, new ones are refused, and the process exits with 0', async () => {
    const emulator = await startEmulator({ contacts: 10 });
    const token = await logIn(emulator, emulator);
    emulator.control.reset();
    emulator.control.latency(600);
    const gateway = start({ UPSTREAM_URL: emulator.url, ORGANIZATION_ID: emulator.organizationId });
    const [, url = ''] = await gateway.printed(/(http:\/\/127\.0\.0\.1:\d+)\/graphql/);
    const answer = fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: `{ contact(by: {cid: "unknown"}) { cid } }` }),
    });
    await expect.poll(() => emulator.control.loggedInFlight()).toBe(1);
    gateway.child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 100));
    await expect(post(url, '{ __typename }')).rejects.toThrow();
    expect((await answer).status).toBe(200);
    expect(await gateway.exited).toBe(0);
    await emulator.close();
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)('an idle gateway exits with 0 on %s', async (signal) => {
  const gateway = start({ UPSTREAM_URL: 'http://127.0.0.1:9' });
  const [, url = ''] = await gateway.printed(/(http:\/\/127\.0\.0\.1:\d+)/);
  expect((await fetch(`${url}/livez`)).status).toBe(200);
  gateway.child.kill(signal);
  expect(await gateway.exited).toBe(0);
});

test('a second signal ends the process at once, although a request is pending', async () => {
  const emulator = await startEmulator({ contacts: 10 });
  emulator.control.fault({ path: '/customers/', kind: 'hang' });
  const gateway = start({ UPSTREAM_URL: emulator.url, ORGANIZATION_ID: emulator.organizationId });
  const [, port = ''] = await gateway.printed(/127\.0\.0\.1:(\d+)/);
  const lost = fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer e30.e30.x' },
    body: JSON.stringify({ query: '{ contact(by: {cid: "unknown"}) { cid } }' }),
  }).catch(() => 'lost');
  await expect.poll(() => emulator.control.loggedInFlight()).toBe(1);
  gateway.child.kill('SIGTERM');
  // The second signal is sent when the server has stopped to listen because of the first one.
  await expect
    .poll(() =>
      fetch(`http://127.0.0.1:${port}/livez`).then(
        () => 'open',
        () => 'closed',
      ),
    )
    .toBe('closed');
  gateway.child.kill('SIGTERM');
  expect(await gateway.exited).toBe(128 + 15);
  expect(await lost).toBe('lost');
  await emulator.close();
});
