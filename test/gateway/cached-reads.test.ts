import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  const env = { SWITCHED_OFF: '', CACHE_CONTACT: '60000/0/60000', CACHE_EVENTS: '1/1/60000', CACHE_DEVICES: '0/0/0' };
  stack = await startGateway({ emulator: { contacts: 200 }, env: { ...env, TRY_TIMEOUT_MS: '5000' } });
  await stack.query('{ contacts(first: 1) { totalCount } }'); // logs in
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const cids = () => stack.emulator.contacts().map(({ cid }) => cid);
/** A contact that no other test has read. */
let next = 20;
const unread = () => cids()[next++] ?? '';

const contact = (cid: string, fields = 'firstName') => `{ contact(by: {cid: "${cid}"}) { ${fields} } }`;
const routes = () => stack.emulator.control.calls().map(({ route }) => route);

async function explain(query: string, headers: Record<string, string> = {}) {
  const response = await stack.gateway.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, extensions: { explain: true } }),
  });
  const { data, errors, extensions } = (await response.json()) as {
    data: { contact: Record<string, unknown> };
    errors?: { extensions: { code: string } }[];
    extensions: { explain: { requests: number; steps: Record<string, unknown>[] } };
  };
  return { data, errors, ...extensions.explain };
}

describe('reads of the upstream', () => {
  test('50 concurrent operations that read the same contact share one upstream call', async () => {
    const cid = unread();
    stack.emulator.control.latency({ pattern: cid, ms: 100 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => stack.query(contact(cid))));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(routes()).toEqual(['contact']);
  });

  test('concurrent lookups by user name share one upstream call, and their result is not cached', async () => {
    const query = '{ contact(by: {username: "YYYYYZZZXXX1"}) { firstName } contactExists(by: {username: "absent"}) }';
    stack.emulator.control.latency({ pattern: '/organizations/', ms: 100 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => stack.query(query)));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.data).toEqual({ contact: { firstName: 'Ada' }, contactExists: false });
    expect(routes()).toEqual(['contacts', 'contactExists']);
    await stack.query(query);
    expect(routes()).toHaveLength(4);
  });

  test('a read is cached as configured for its resource, and a resource with the lifetime 0 is not cached', async () => {
    const cid = unread();
    const query = contact(cid, 'firstName devices { totalCount }');
    expect((await explain(query)).steps.map(({ resource, origin }) => [resource, origin])).toEqual(
      expect.arrayContaining([
        ['contact', 'upstream'],
        ['devices', 'upstream'],
      ]),
    );
    stack.emulator.control.clearLog();
    const { requests, steps } = await explain(query);
    expect(requests).toBe(1);
    expect(steps).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ resource: 'contact', origin: 'cache', requests: 0, ageMs: expect.any(Number) }),
        expect.objectContaining({ resource: 'devices', origin: 'upstream', requests: 1 }),
      ]),
    );
    expect(routes()).toEqual(['devices']);
  });

  test('a request with Cache-Control: no-cache reads from the upstream, and later requests get its result from the cache', async () => {
    const cid = unread();
    await stack.query(contact(cid));
    stack.emulator.update(cid, { firstName: 'Meanwhile' });
    expect((await stack.query(contact(cid))).data.contact.firstName).not.toBe('Meanwhile');
    const fresh = await explain(contact(cid), { 'cache-control': 'no-cache' });
    expect(fresh.data.contact['firstName']).toBe('Meanwhile');
    expect(fresh.steps).toMatchObject([{ origin: 'upstream', requests: 1 }]);
    expect((await stack.query(contact(cid))).data.contact.firstName).toBe('Meanwhile');
    expect(routes()).toEqual(['contact', 'contact']);
  });

  test('the first read after an update of a contact returns the updated contact', async () => {
    const cid = unread();
    const { data } = await stack.query(contact(cid, 'id firstName'));
    const update = 'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { firstName } } }';
    const written = await stack.query(update, { input: { id: data.contact.id, firstName: 'Written' } });
    expect(written.data.updateContact.contact.firstName).toBe('Written');
    expect((await stack.query(contact(cid))).data.contact.firstName).toBe('Written');
  });

  test('a contact that was deleted is null in the next read, although it was cached', async () => {
    const cid = unread();
    const { data } = await stack.query(contact(cid, 'id'));
    await stack.query('mutation ($input: DeleteContactInput!) { deleteContact(input: $input) { deletedContactId } }', {
      input: { id: data.contact.id },
    });
    expect((await stack.query(contact(cid))).data).toEqual({ contact: null });
  });

  test('a read is answered with its stale cached value while the upstream fails, and the explanation names its age', async () => {
    const cid = unread();
    const query = contact(cid, 'firstName events { totalCount } devices { totalCount }');
    const before = await stack.query(query);
    stack.emulator.control.fault({ path: cid, kind: 'status', status: 500, times: 100 });
    const { data, errors, steps } = await explain(query);
    expect(data.contact).toEqual({ ...before.data.contact, devices: null });
    expect(errors).toMatchObject([{ path: ['contact', 'devices'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    const events = steps.find(({ resource }) => resource === 'events');
    expect(events).toMatchObject({ origin: 'stale', ageMs: expect.any(Number) });
  });

  test('a response has no explanation unless the request asks for one', async () => {
    expect(JSON.parse((await stack.query(contact(demo.contactId))).text)).not.toHaveProperty('extensions');
  });
});
