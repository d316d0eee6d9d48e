// Tokens that cannot be valid, in every mode and on both paths: clients renew their token on UNAUTHENTICATED only.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startDemoMode } from '../../src/modes/demo.ts';
import { buildGateway } from '../support/build-gateway.ts';
import { postQuery } from '../support/gateway.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';
import { type Passthrough, startPassthrough } from '../support/passthrough-gateway.ts';

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

const garbage = [
  '',
  'Bearer',
  'Bearer ',
  'Basic YTpi',
  'Token e30.e30.x',
  'e30.e30.x',
  'Bearer opaque',
  'Bearer e30.e30',
  'Bearer e30.e30.x.x',
  'Bearer e30.e30.',
  'Bearer .e30.x',
  'Bearer e30..x',
  `Bearer ${part([])}.e30.x`,
  `Bearer e30.${part(null)}.x`,
  `Bearer e30.${part('text')}.x`,
  'Bearer e30.bm90IGpzb24.x',
  'Bearer e30.gICA.x',
  'Bearer e3+0.e30.x',
  'Bearer e30.e30.x, Bearer e30.e30.x',
  `Bearer e30.${part({ filler: 'x'.repeat(8_000) })}.x`,
  'Bearer cgs_AAAA',
];

let passthrough: Passthrough;
let jwt: JwtGateway;
beforeAll(async () => {
  passthrough = await startPassthrough();
  jwt = await startJwtGateway();
});
beforeEach(() => {
  passthrough.emulator.control.reset();
  jwt.emulator.control.reset();
});
afterAll(async () => {
  await passthrough.close();
  await jwt.close();
});

const contact = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } }`;

describe.each(garbage)('the Authorization header %j', (authorization) => {
  test.each(['passthrough', 'jwt'] as const)(
    'a header that cannot have a token is UNAUTHENTICATED in the mode %s, without a call',
    async (mode) => {
      const stack = { passthrough, jwt }[mode];
      const requests = jwt.issuer.requests();
      const { status, headers, errors, data } = await stack.query(authorization, contact);
      expect([status, data, headers.get('www-authenticate')]).toEqual([401, null, 'Bearer']);
      expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['UNAUTHENTICATED']);
      expect(stack.emulator.control.calls()).toEqual([]);
      expect(jwt.issuer.requests()).toBe(requests);
    },
  );
});

test('demo mode needs no token, and refuses each header that cannot have one', async () => {
  const mode = await startDemoMode({ contacts: 10 });
  const gateway = buildGateway(mode);
  for (const authorization of garbage) {
    const { status } = await postQuery(gateway, '{ __typename }', undefined, { authorization });
    expect([authorization, status]).toEqual([authorization, 401]);
  }
  expect((await postQuery(gateway, '{ __typename }')).status).toBe(200);
  await gateway.close();
  await mode.close();
});

describe('a token that the upstream refuses', () => {
  const token = (n: number) => `Bearer e30.${part({ organizationId: demo.organizationId, n })}.x`;

  test.each([401, 403])(
    'a token that is refused at its first call with a %d is UNAUTHENTICATED for the whole request',
    async (code) => {
      passthrough.emulator.control.fault({ path: demo.contactId, kind: 'status', status: code });
      const { status, headers, errors } = await passthrough.query(token(code), contact);
      expect(errors).toMatchObject([{ path: ['contact'], extensions: { code: 'UNAUTHENTICATED' } }]);
      expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    },
  );

  test('a token that is refused with a 403 after it was accepted is FORBIDDEN', async () => {
    const accepted = `Bearer ${await passthrough.logIn(demo)}`;
    expect((await passthrough.query(accepted, '{ contacts(first: 1) { nodes { cid } } }')).errors).toEqual([]);
    passthrough.emulator.control.fault({ path: demo.contactId, kind: 'status', status: 403 });
    const { errors } = await passthrough.query(accepted, contact);
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  test.each([
    ['only `iss`, `iat` and `exp`', false],
    ['its organization and scopes as well', true],
  ])(
    'a genuine token with %s that lacks the permission for its first call is FORBIDDEN, and is accepted for another call',
    async (_, claims) => {
      passthrough.emulator.control.tokenClaims(claims);
      const first = `Bearer ${await passthrough.logIn(demo)}`;
      passthrough.emulator.control.fault({ path: demo.contactId, kind: 'status', status: 403, times: 1 });
      const { status, errors } = await passthrough.query(first, contact);
      expect(errors).toMatchObject([{ path: ['contact'], extensions: { code: 'FORBIDDEN' } }]);
      expect(status).toBe(200);
      expect(passthrough.emulator.control.counts()).toMatchObject({ service: 1, contact: 1 });
      expect((await passthrough.query(first, contact)).data.contact.firstName).toBe('Ada');
    },
  );

  test('a forged token that names a service is refused at its first call, and for some seconds without a call', async () => {
    const [header, payload] = (await passthrough.logIn(demo)).split('.');
    const forged = `Bearer ${header}.${payload}.${'A'.repeat(43)}`;
    for (let n = 0; n < 5; n++) expect((await passthrough.query(forged, contact)).status).toBe(401);
    expect(passthrough.emulator.control.counts()).toMatchObject({ login: 1, service: 1, contact: 0 });
  });
});
