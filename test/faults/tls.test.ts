import { setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { makeCertificates } from './support/certificates.ts';
import { createTable } from './support/fault-table.ts';
import { type Harness, startHarness } from './support/harness.ts';
import { startRelay } from './support/network-proxy.ts';
import { contact, profile, wholeContact, wholeProfile } from './support/operations.ts';

const table = createTable('An upstream that cannot be found or trusted (U20)');

let harness: Harness;
afterEach(() => harness.close());

describe('U20: a certificate that is not in order ends the call, which is not made again', () => {
  const { authority, good, ...broken } = makeCertificates();
  setDefaultCACertificates([authority]);

  test.each([
    ['expired', broken.expired, 'CERT_HAS_EXPIRED'],
    ['of another host', broken.otherHost, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['self-signed', broken.selfSigned, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('%s', async (fault, certificate, reason) => {
    const between = await startRelay(good);
    harness = await startHarness({ between });
    const { present, connections } = between;
    expect(await harness.ask(profile)).toMatchObject({ data: wholeProfile, errors: [] });
    await harness.calls();
    present(certificate);
    const { taken } = connections;
    const told = await harness.ask(contact);
    table.add('U20', `a certificate that is ${fault}`, told, {});
    expect(told.data.contact).toEqual({ firstName: 'Ada', events: null, devices: null, accountings: null }); // it was kept
    expect(new Set(told.errors.map(({ code }) => code))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    expect(connections.taken - taken).toBe(3);
    expect(await harness.calls()).toEqual({});
    expect(told.text).not.toContain(reason);
    expect(harness.logged.join()).toContain(reason);
    present(good);
    await harness.recover(contact, wholeContact);
  });
});

test('U20: a name that nobody knows', async () => {
  const between = { url: 'https://nothing.invalid', leadTo: () => undefined, close: async () => undefined };
  harness = await startHarness({ between, isLoggedIn: false });
  const told = await harness.ask(profile);
  table.add('U20', 'a name that nobody knows', told, {});
  expect(told.errors).toEqual([{ path: 'contact', code: 'UPSTREAM_UNAVAILABLE', retryable: true }]);
  expect(told.text).not.toContain('nothing.invalid');
  expect(harness.logged.join()).toContain('ENOTFOUND');
  expect(await harness.get('/livez')).toMatchObject({ status: 200 });
});
