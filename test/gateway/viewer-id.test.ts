// The global id of the caller is the same for as long as it is the same caller, and says nothing about it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo, second } from '../../emulator/demo.ts';
import { type JwtGateway, startJwtGateway } from '../support/jwt-gateway.ts';
import { type Principals, startPrincipals } from '../support/principals.ts';
import { customerSessionEnvironment, type Sessions, startSessions } from '../support/sessions.ts';
import { routesOf } from '../support/write-gateway.ts';

let jwt: JwtGateway;
let sessions: Sessions;
let all: Principals;
beforeAll(async () => {
  jwt = await startJwtGateway();
  sessions = await startSessions({ env: customerSessionEnvironment() });
  all = await startPrincipals({ contacts: 2 });
});
afterAll(async () => {
  for (const each of [jwt, sessions, all]) await each.close();
});

const query = '{ viewer { id } }';

async function idFor(claims: Record<string, unknown>): Promise<string> {
  const { data, errors } = await jwt.query(
    `Bearer ${await jwt.issuer.token({ organization_id: demo.organizationId, ...claims })}`,
    query,
  );
  expect(errors).toEqual([]);
  return data.viewer.id;
}

describe('the id of the viewer with an access token', () => {
  test('each token of a subject has the same one, with any scopes, and no upstream call is made for it', async () => {
    const id = await idFor({ sub: 'ada@example.com', scope: 'customer_read' });
    expect(await idFor({ sub: 'ada@example.com', scope: 'customer_write', jti: 'other' })).toBe(id);
    expect(Buffer.from(id, 'base64').toString()).toMatch(/^Viewer:[\w-]{43}$/);
    expect(jwt.emulator.control.calls().filter(({ route }) => route !== 'login')).toEqual([]);
  });

  test('another subject has another one', async () => {
    expect(await idFor({ sub: 'ada@example.com' })).not.toBe(await idFor({ sub: 'bob@example.com' }));
  });
});

test('the same subject in another organization is another viewer', async () => {
  const ids = [];
  for (const { organizationId } of [demo, second]) {
    const { data } = await all.principal('manager', { organizationId, subject: 'ada' }).query(query);
    ids.push(data.viewer.id);
  }
  expect(new Set(ids).size).toBe(2);
});

test('all sessions of a contact have the same id of the viewer, and another contact has another one', async () => {
  const [cid = '', other = ''] = sessions.emulator.contacts().map((contact) => contact.cid);
  const ids = [];
  for (const each of [cid, cid, other]) {
    const { data, errors } = await (await sessions.queryAsContact(each))(query);
    expect(errors).toEqual([]);
    ids.push(data.viewer.id);
  }
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
  expect(routesOf(sessions)).toEqual([]);
});

test('node refuses the id of the viewer', async () => {
  const id = await idFor({ sub: 'ada' });
  const { errors } = await jwt.query(
    `Bearer ${await jwt.issuer.token({ organization_id: demo.organizationId })}`,
    `{ node(id: "${id}") { id } }`,
  );
  expect(errors).toMatchObject([{ path: ['node'], extensions: { code: 'BAD_USER_INPUT', field: ['id'] } }]);
});
