import { afterEach, describe, expect, test } from 'vitest';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { createTable } from './support/fault-table.ts';
import { type Harness, startHarness } from './support/harness.ts';
import { startNetworkProxy } from './support/network-proxy.ts';
import { contact, profile, update, updated, wholeContact, wholeProfile } from './support/operations.ts';

const table = createTable('Redirects and connections that the upstream closes (U22, U24)');

let harness: Harness;
afterEach(() => harness.close());

test.each([301, 302, 307, 308])('U22: a redirect to another host is not followed (%i)', async (status) => {
  const elsewhere = await startRawUpstream((_request, response) => response.end());
  harness = await startHarness();
  for (const path of ['/customers/', '/events']) {
    harness.fault({ path, kind: 'redirect', status, location: elsewhere.url, times: Number.POSITIVE_INFINITY });
  }
  const response = await harness.query(profile);
  const calls = await harness.calls();
  table.add('U22', `${status} to another host`, response, calls);
  expect(response.errors).toEqual([{ path: 'contact', code: 'UPSTREAM_BAD_RESPONSE', retryable: false }]);
  expect(calls).toEqual({ contact: [status] });
  expect(await harness.query(update)).toMatchObject({ errors: [{ code: 'OUTCOME_UNKNOWN' }] });
  expect(await harness.calls()).toEqual({ updateContact: [status] });
  expect(elsewhere.sockets.opened).toBe(0);
  expect(response.text + harness.logged.join()).not.toContain(elsewhere.url);
  await harness.recover(contact, wholeContact);
  await elsewhere.close();
});

describe('U24: a connection that the upstream closes although it should be kept alive', () => {
  test('U24: no operation fails when the upstream closes each connection after its response', async () => {
    harness = await startHarness();
    harness.fault({ kind: 'close', times: Number.POSITIVE_INFINITY });
    for (const request of [profile, update, contact]) {
      expect(await harness.query(request)).toMatchObject({ errors: [] });
    }
    const response = await harness.query(profile);
    const calls = await harness.calls();
    table.add('U24', 'closed after each answer', response, calls);
    expect(calls).toEqual({
      contact: [200, 200],
      updateContact: [200],
      events: [200],
      devices: [200],
      accountings: [200],
    });
    await harness.recover(contact, wholeContact);
  });

  test('U24: a read is retried when its connection is closed as it is used again', async () => {
    const proxy = await startNetworkProxy();
    harness = await startHarness({ proxy });
    const { setMode, connections } = proxy;
    setMode('cut at reuse');
    expect(await harness.query(profile)).toMatchObject({ data: wholeProfile, errors: [] });
    const { accepted } = connections;
    const response = await harness.query(contact); // The profile is cached, so there are three calls, one of which uses the old connection.
    const calls = await harness.calls();
    table.add('U24', 'closed when it is used again', response, calls);
    expect(response).toMatchObject({ data: wholeContact, errors: [] });
    expect(calls).toEqual({ contact: [200], events: [200], devices: [200], accountings: [200] });
    expect(connections.accepted - accepted).toBe(3);
    setMode('pass');
    await harness.recover(contact, wholeContact);
  });

  test('U24: a write has an unknown outcome and is not sent again when its connection is closed as it is used again', async () => {
    const proxy = await startNetworkProxy();
    harness = await startHarness({ proxy });
    const { setMode, connections } = proxy;
    setMode('cut at reuse');
    await harness.query(profile);
    await harness.calls();
    const { accepted } = connections;
    expect(await harness.query(update)).toMatchObject({ errors: [{ code: 'OUTCOME_UNKNOWN', retryable: true }] });
    expect({ accepted: connections.accepted, calls: await harness.calls() }).toEqual({ accepted, calls: {} });
    setMode('pass');
    expect(await harness.query(update)).toMatchObject({ data: updated, errors: [] });
  });
});
