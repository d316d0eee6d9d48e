// Every call that a gateway makes by HTTP goes through a company's proxy: the JWKS, the login and the calls of an operation.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { scopes } from '../../src/upstream/wire/index.ts';
import { type HttpProxy, startHttpProxy } from '../support/http-proxy.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';

let proxy: HttpProxy;
let stack: JwtGateway;
beforeEach(async () => {
  proxy = await startHttpProxy();
});
afterEach(async () => {
  await stack.close();
  await proxy.close();
});

const withCredentials = () => `http://operator:canary@127.0.0.1:${proxy.port}`;
const query = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;
const create = `mutation { createContact(
  input: {source: API, policies: {privacy: true, termsOfUse: true}, email: "a@b.example"}
) { outcome } }`;

async function send(text = query) {
  const token = await stack.issuer.token({
    organization_id: demo.organizationId,
    scope: scopes.join(' '),
  });
  return stack.query(`Bearer ${token}`, text);
}

/** The requests of the proxy, without the addresses of hosts. */
const paths = () => proxy.requests.map((line) => line.replace(/http:\/\/[^/]+/, '').replace(demo.contactId, 'ID'));

test('the discovery, the JWKS, the login and the calls of an operation go through the proxy, and nowhere else', async () => {
  stack = await startJwtGateway({ HTTP_PROXY: withCredentials() });
  const { data, errors } = await send();
  expect([data, errors]).toEqual([{ contact: { firstName: 'Ada' } }, []]);
  expect(paths().slice(0, 2)).toEqual(['GET /.well-known/openid-configuration', 'GET /keys']);
  const toIssuer = proxy.requests.filter((line) => line.includes(stack.issuer.url));
  const toUpstream = proxy.requests.filter((line) => line.includes(stack.emulator.url));
  expect(toIssuer).toHaveLength(stack.issuer.requests());
  expect(toUpstream).toHaveLength(stack.emulator.control.calls().length);
  expect(toUpstream.some((line) => line.includes('/login'))).toBe(true);
  expect(toUpstream.length).toBeGreaterThan(1);
  expect(new Set(proxy.credentials)).toEqual(new Set([`Basic ${btoa('operator:canary')}`]));
});

test('an issuer in NO_PROXY is called directly, while the upstream is called through the proxy', async () => {
  // The issuer's port is only known once it listens.
  const env = { HTTP_PROXY: proxy.url, NO_PROXY: '' };
  stack = await startJwtGateway(env, (issuer) => {
    env.NO_PROXY = new URL(issuer.url).host;
  });
  expect((await send()).data).toEqual({ contact: { firstName: 'Ada' } });
  expect(proxy.requests.every((line) => line.includes(stack.emulator.url))).toBe(true);
  expect(proxy.requests).toHaveLength(stack.emulator.control.calls().length);
});

test('a proxy that refuses the calls of operations is UPSTREAM_UNAVAILABLE, also for a write: clients get no address, and the log no password', async () => {
  stack = await startJwtGateway({ HTTP_PROXY: withCredentials() });
  await send();
  stack.emulator.control.reset();
  proxy.answer(407);
  proxy.requests.length = 0;
  for (const text of ['{ contacts(first: 1) { nodes { cid } } }', create]) {
    const { errors } = await send(text);
    expect(errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE', retryable: true } }]);
    expect(JSON.stringify(errors)).not.toMatch(/proxy|127\.0\.0\.1|operator|canary/i);
  }
  expect(stack.emulator.control.calls()).toEqual([]);
  // The list, the policies of the organization, and the creation: a password that is wrong stays wrong, so nothing is retried.
  expect(proxy.requests).toHaveLength(3);
  expect(stack.logged.join()).toContain('the proxy refused with status 407');
  expect(stack.logged.join()).not.toMatch(/canary|b3BlcmF0b3I/);
});

test('a proxy that refuses the fetch of the JWKS is named in the log, and the gateway is not ready', async () => {
  proxy.answer(407);
  stack = await startJwtGateway({ HTTP_PROXY: withCredentials() });
  expect(await stack.readiness()).toBe(503);
  expect(stack.logged.join()).toContain('the proxy refused with status 407');
  expect(stack.logged.join()).not.toMatch(/canary|b3BlcmF0b3I/);
});
