import { setDefaultCACertificates } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { makeCertificates } from './support/certificates.ts';
import { createTable } from './support/fault-table.ts';
import { type Harness, startHarness } from './support/harness.ts';
import { startNetworkProxy } from './support/network-proxy.ts';
import { contact, profile, wholeContact, wholeProfile } from './support/operations.ts';

const table = createTable('Invalid certificates and an unknown host (U20)');

let harness: Harness;
afterEach(() => harness.close());

describe('U20: an invalid certificate of the upstream', () => {
  const { authority, good, ...broken } = makeCertificates();
  setDefaultCACertificates([authority]);

  test.each([
    ['expired', broken.expired, 'CERT_HAS_EXPIRED'],
    ['for another host', broken.otherHost, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['self-signed', broken.selfSigned, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ])('U20: a call fails without a retry when the certificate is %s', async (fault, certificate, reason) => {
    const proxy = await startNetworkProxy(good);
    harness = await startHarness({ proxy });
    const { setCertificate, connections } = proxy;
    expect(await harness.query(profile)).toMatchObject({ data: wholeProfile, errors: [] });
    await harness.calls();
    setCertificate(certificate);
    const { accepted } = connections;
    const response = await harness.query(contact);
    table.add('U20', `a certificate that is ${fault}`, response, {});
    expect(response.data.contact).toEqual({ firstName: 'Ada', events: null, devices: null, accountings: null }); // The first name is cached.
    expect(new Set(response.errors.map(({ code }) => code))).toEqual(new Set(['UPSTREAM_UNAVAILABLE']));
    expect(connections.accepted - accepted).toBe(3);
    expect(await harness.calls()).toEqual({});
    expect(response.text).not.toContain(reason);
    expect(harness.logged.join()).toContain(reason);
    setCertificate(good);
    await harness.recover(contact, wholeContact);
  });
});

test('U20: a call fails with UPSTREAM_UNAVAILABLE when the host name of the upstream cannot be resolved', async () => {
  const proxy = { url: 'https://nothing.invalid', forwardTo: () => undefined, close: async () => undefined };
  harness = await startHarness({ proxy, isLoggedIn: false });
  const response = await harness.query(profile);
  table.add('U20', 'an unknown host name', response, {});
  expect(response.errors).toEqual([{ path: 'contact', code: 'UPSTREAM_UNAVAILABLE', retryable: true }]);
  expect(response.text).not.toContain('nothing.invalid');
  expect(harness.logged.join()).toContain('ENOTFOUND');
  expect(await harness.get('/livez')).toMatchObject({ status: 200 });
});
