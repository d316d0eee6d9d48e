import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { algorithms } from '../../src/auth/jwt.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';

let stack: JwtGateway;
beforeAll(async () => {
  stack = await startJwtGateway({ JWT_SCOPE_CLAIM: 'https://example.com/scope' });
});
beforeEach(() => stack.emulator.control.clearLog());
afterAll(() => stack.close());

const inDemo = { organization_id: demo.organizationId, 'https://example.com/scope': 'customer_read organization_read' };
const inSecond = { ...inDemo, organization_id: second.organizationId };
const ada = `{ contact(by: {cid: "${demo.contactId}"}) { firstName } viewer { organization { cid } scopes } }`;

async function askAs(claims: Record<string, unknown>, query = ada) {
  return stack.query(`Bearer ${await stack.issuer.token(claims)}`, query);
}

describe('a valid access token of the issuer is accepted', () => {
  test.each(algorithms)(
    'a token signed with %s is accepted by a gateway that allows only this algorithm',
    async (alg) => {
      const one = await startJwtGateway({ JWT_ALGORITHMS: alg }, (issuer) => void issuer.rotate({ alg }));
      const ask = async (key = one.issuer.key()) =>
        (await one.query(`Bearer ${await one.issuer.token(inDemo, {}, key)}`, '{ viewer { scopes } }')).status;
      expect(await ask()).toBe(200);
      expect(await ask(one.issuer.rotate({ alg: alg === 'ES256' ? 'RS256' : 'ES256' }))).toBe(401);
      await one.close();
    },
  );

  test.each(['JWT', 'at+jwt', 'application/at+jwt', 'AT+JWT'])('a token of the type %s is accepted', async (typ) => {
    const token = await stack.issuer.token(inDemo, { typ });
    expect((await stack.query(`Bearer ${token}`, '{ viewer { scopes } }')).status).toBe(200);
  });

  test.each([
    ['a list of audiences', { aud: ['someone-else', 'contactgraph'] }],
    ['the first of the configured audiences', { aud: 'other' }],
    ['a time of issue half a minute in the future', { iat: seconds(30), nbf: seconds(30) }],
    ['an expiry half a minute in the past', { exp: seconds(-30) }],
    ['no iat', { iat: undefined }],
  ])('a token with %s is accepted', async (_, claims) => {
    expect((await askAs({ ...inDemo, ...claims }, '{ viewer { scopes } }')).status).toBe(200);
  });

  test.each([
    ['a text with spaces', 'customer_read  openid organization_write', ['ORGANIZATION_WRITE', 'CUSTOMER_READ']],
    ['a list', ['customer_write', 'time_travel', 1, null], ['CUSTOMER_WRITE']],
    ['a text with unknown scopes only', 'openid profile', []],
    ['an absent claim', undefined, []],
    ['an object', { customer_read: true }, []],
  ])('a token grants the known scopes that its scope claim lists as %s', async (_, claim, scopes) => {
    const { data, errors } = await askAs({ ...inDemo, 'https://example.com/scope': claim }, '{ viewer { scopes } }');
    expect({ errors, scopes: data.viewer.scopes }).toEqual({ errors: [], scopes });
  });

  test('a token calls the upstream with the login of its organization, which is made once for all callers', async () => {
    await stack.close();
    stack = await startJwtGateway({ JWT_SCOPE_CLAIM: 'https://example.com/scope' });
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => askAs({ ...(n % 2 ? inDemo : inSecond), sub: `user-${n}` })),
    );
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(answers.map(({ data }) => [data.viewer.organization.cid, data.contact?.firstName])).toEqual(
      answers.map((_, n) => (n % 2 ? [demo.organizationId, 'Ada'] : [second.organizationId, undefined])),
    );
    expect(stack.emulator.control.counts()['login']).toBe(2);
  });

  test('a token of one organization gets the same response for a contact of another organization as for one that does not exist', async () => {
    const id = (cid: string) => Buffer.from(`Contact:${cid}`).toString('base64');
    const scope = 'customer_read customer_write organization_read organization_write';
    const ask = async (query: string) => {
      const { status, data, errors } = await askAs({ ...inSecond, 'https://example.com/scope': scope }, query);
      return {
        status,
        data,
        errors: errors.map(({ extensions: { requestId: _, ...extensions }, ...error }) => [error, extensions]),
      };
    };
    for (const query of [
      (cid: string) => `{ contact(by: {cid: "${cid}"}) { cid events { totalCount } } }`,
      (cid: string) =>
        `{ contactExists(by: {cid: "${cid}"}) node(id: "${id(cid)}") { __typename } nodes(ids: ["${id(cid)}"]) { __typename } }`,
      (cid: string) =>
        `mutation { updateContact(input: {id: "${id(cid)}", firstName: "Eve"}) { contact { cid } userErrors { code field message } } }`,
      (cid: string) =>
        `mutation { deleteContact(input: {id: "${id(cid)}"}) { deletedContactId userErrors { code field message } } }`,
    ]) {
      expect(await ask(query(demo.contactId))).toEqual(await ask(query('absent')));
    }
    expect((await askAs(inDemo)).data.contact.firstName).toBe('Ada');
  });

  test('an expired upstream login costs one new login for a hundred concurrent calls', async () => {
    await askAs(inDemo);
    stack.emulator.control.expireTokens();
    stack.emulator.control.clearLog();
    const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => askAs({ ...inDemo, sub: `user-${n}` })));
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    // Calls that waited for the concurrency limit were sent with the new token.
    expect(stack.emulator.control.calls().filter(({ status }) => status === 403).length).toBeGreaterThan(50);
    expect(stack.emulator.control.counts()['login']).toBe(1);
  });

  test('a token does not read stored pages of another subject of the same organization', async () => {
    const page = (after: string) => `{ contacts(first: 3${after}) { nodes { cid } pageInfo { startCursor } } }`;
    const { data } = await askAs({ ...inDemo, sub: 'one' }, page(''));
    const rest = page(`, after: "${data.contacts.pageInfo.startCursor}"`).replace('first: 3', 'first: 2');
    const calls = async (sub: string) => {
      stack.emulator.control.clearLog();
      expect((await askAs({ ...inDemo, sub }, rest)).errors).toEqual([]);
      return stack.emulator.control.calls().length;
    };
    expect(await calls('one')).toBe(0);
    expect(await calls('other')).toBeGreaterThan(0);
  });
});

describe('a token of an organization that the gateway does not serve is FORBIDDEN', () => {
  test.each([undefined, 'unknown', '../x', '', 7, null, [demo.organizationId], 'constructor', '__proto__'])(
    'an organization claim of %j is FORBIDDEN with the same message, without a call',
    async (organization_id) => {
      const { status, errors, data } = await askAs({ ...inDemo, organization_id });
      expect({ status, data }).toEqual({ status: 403, data: null });
      expect(errors).toMatchObject([
        {
          message: 'The access token names no organization that this gateway serves.',
          extensions: { code: 'FORBIDDEN' },
        },
      ]);
      expect(stack.emulator.control.calls()).toEqual([]);
    },
  );

  test('the default organization is used only for tokens without an organization claim', async () => {
    const other = await startJwtGateway({ ORGANIZATION_ID: demo.organizationId });
    const organizationOf = async (claims: Record<string, unknown>) => {
      const token = await other.issuer.token({ scope: 'organization_read', ...claims });
      return (await other.query(`Bearer ${token}`, '{ viewer { organization { cid } } }')).data?.viewer.organization
        .cid;
    };
    expect(await organizationOf({})).toBe(demo.organizationId);
    expect(await organizationOf({ organization_id: second.organizationId })).toBe(second.organizationId);
    expect(await organizationOf({ organization_id: 'unknown' })).toBeUndefined();
    expect(await organizationOf({ organization_id: null })).toBeUndefined();
    await other.close();
  });
});

/** Returns a time in seconds since 1970, relative to now. */
function seconds(fromNow: number): number {
  return Math.floor(Date.now() / 1000) + fromNow;
}
