import { afterEach, describe, expect, test } from 'vitest';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { createTable } from './support/fault-table.ts';
import { type Harness, startHarness } from './support/harness.ts';
import { startRelay } from './support/network-proxy.ts';
import { contact, profile, update, updated, wholeContact, wholeProfile } from './support/operations.ts';

const table = createTable('Connections that lead elsewhere or end (U22, U24)');

let harness: Harness;
afterEach(() => harness.close());

test.each([301, 302, 307, 308])('U22: a redirect to another host is not followed (%i)', async (status) => {
  const elsewhere = await startRawUpstream((_request, response) => response.end());
  harness = await startHarness();
  for (const path of ['/customers/', '/events$']) {
    harness.fault({ path, kind: 'redirect', status, location: elsewhere.url, times: Number.POSITIVE_INFINITY });
  }
  const told = await harness.ask(profile);
  const calls = await harness.calls();
  table.add('U22', `${status} to another host`, told, calls);
  expect(told.errors).toEqual([{ path: 'contact', code: 'UPSTREAM_BAD_RESPONSE', retryable: false }]);
  expect(calls).toEqual({ contact: [status] });
  expect(await harness.ask(update)).toMatchObject({ errors: [{ code: 'OUTCOME_UNKNOWN' }] });
  expect(await harness.calls()).toEqual({ updateContact: [status] });
  expect(elsewhere.sockets.opened).toBe(0);
  expect(told.text + harness.logged.join()).not.toContain(elsewhere.url);
  await harness.recover(contact, wholeContact);
  await elsewhere.close();
});

describe('U24: a connection that the upstream ends where it should stay', () => {
  test('right after each answer', async () => {
    harness = await startHarness();
    harness.fault({ kind: 'close', times: Number.POSITIVE_INFINITY });
    for (const question of [profile, update, contact]) {
      expect(await harness.ask(question)).toMatchObject({ errors: [] });
    }
    const told = await harness.ask(profile);
    const calls = await harness.calls();
    table.add('U24', 'closed after each answer', told, calls);
    expect(calls).toEqual({
      contact: [200, 200],
      updateContact: [200],
      events: [200],
      devices: [200],
      accountings: [200],
    });
    await harness.recover(contact, wholeContact);
  });

  test('when the next request arrives: a read does not notice', async () => {
    const between = await startRelay();
    harness = await startHarness({ between });
    const { become, connections } = between;
    become('cut at reuse');
    expect(await harness.ask(profile)).toMatchObject({ data: wholeProfile, errors: [] });
    const { taken } = connections;
    const told = await harness.ask(contact); // the profile is kept: three calls, of which one meets the old connection
    const calls = await harness.calls();
    table.add('U24', 'closed when it is used again', told, calls);
    expect(told).toMatchObject({ data: wholeContact, errors: [] });
    expect(calls).toEqual({ contact: [200], events: [200], devices: [200], accountings: [200] });
    expect(connections.taken - taken).toBe(3);
    become('pass');
    await harness.recover(contact, wholeContact);
  });

  test('when a write arrives: nobody knows whether it was done, and it is not sent again', async () => {
    const between = await startRelay();
    harness = await startHarness({ between });
    const { become, connections } = between;
    become('cut at reuse');
    await harness.ask(profile);
    await harness.calls();
    const { taken } = connections;
    expect(await harness.ask(update)).toMatchObject({ errors: [{ code: 'OUTCOME_UNKNOWN', retryable: true }] });
    expect({ taken: connections.taken, calls: await harness.calls() }).toEqual({ taken, calls: {} });
    become('pass');
    expect(await harness.ask(update)).toMatchObject({ data: updated, errors: [] });
  });
});
