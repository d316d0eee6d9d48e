import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { ada, idOf, minimal, routesOf, startWriting, userErrors } from '../../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting({ env: { OPERATION_DEADLINE_MS: '10000' } });
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const createContacts = (fields: string) => `mutation ($inputs: [CreateContactInput!]!) {
  createContacts(inputs: $inputs) { results { ${fields} ${userErrors} } ${userErrors} }
}`;
const updateContacts = `mutation ($inputs: [UpdateContactInput!]!) {
  updateContacts(inputs: $inputs) { results { contact { cid firstName zipCode } ${userErrors} } ${userErrors} }
}`;
const rows = (count: number, make: (n: number) => object = () => ({})) =>
  Array.from({ length: count }, (_, n) => ({ ...minimal, firstName: `row ${n}`, ...make(n) }));

describe('createContacts', () => {
  test('createContacts reads the contact of each row as soon as it is created, also while another row hangs', async () => {
    const impatient = await startWriting({ env: { OPERATION_DEADLINE_MS: '2000' } });
    impatient.emulator.control.fault({ kind: 'hang', path: '/v3/customers' });
    const { data, errors } = await impatient.query(createContacts('contact { firstName }'), { inputs: rows(3) });
    expect(errors).toMatchObject([{ extensions: { code: 'OUTCOME_UNKNOWN' } }]);
    const names = data.createContacts.results.map((row: { contact: object } | null) => row?.contact ?? null);
    expect(names.filter((name: object | null) => name !== null)).toHaveLength(2);
    await impatient.close();
  });

  test('createContacts creates a hundred contacts, answers them in order, and has at most eight concurrent calls', async () => {
    stack.emulator.control.latency({ pattern: '/v3/customers', ms: 20 });
    const size = stack.emulator.contacts().length;
    const { data, errors } = await stack.query(createContacts('outcome username'), {
      inputs: rows(100, (n) => ({ username: `bulk-${n}` })),
    });
    expect(errors).toEqual([]);
    const { results, userErrors } = data.createContacts;
    expect(userErrors).toEqual([]);
    expect(results.map(({ username }: { username: string }) => username)).toEqual(
      Array.from({ length: 100 }, (_, n) => `bulk-${n}`),
    );
    expect(stack.emulator.contacts()).toHaveLength(size + 100);
    expect(stack.emulator.control.counts().createContact).toBe(100);
    expect(stack.emulator.control.peakInFlight()).toBe(8);
  });

  test.each([0, 101])('createContacts refuses %i rows without an upstream call', async (count) => {
    const { data, errors } = await stack.query(createContacts('outcome'), { inputs: rows(count) });
    expect(errors).toEqual([]);
    expect(data.createContacts).toEqual({
      results: [],
      userErrors: [{ code: count === 0 ? 'TOO_FEW' : 'TOO_MANY', message: 'Use 1 to 100 entries.', field: ['inputs'] }],
    });
    expect(routesOf(stack)).toEqual([]);
  });

  test('createContacts answers an invalid row with all its errors and creates the other rows', async () => {
    const inputs = rows(5, (n) => (n === 3 ? { phone: 'canary', custom: [], device: { os: '' } } : {}));
    const { data, errors, text } = await stack.query(createContacts('outcome contact { firstName }'), { inputs });
    expect(errors).toEqual([]);
    expect(data.createContacts.results.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      ...['CREATED', 'CREATED', 'CREATED', null, 'CREATED'],
    ]);
    expect(data.createContacts.results[3].userErrors).toMatchObject([
      { code: 'FORMAT', field: ['inputs', '3', 'phone'] },
      { code: 'FORMAT', field: ['inputs', '3', 'custom'] },
      { code: 'TOO_SHORT', field: ['inputs', '3', 'device', 'os'] },
    ]);
    expect(data.createContacts.results[4].contact).toEqual({ firstName: 'row 4' });
    expect(text).not.toContain('canary');
    expect(stack.emulator.control.counts().createContact).toBe(4);
  });

  test('createContacts answers a failed row with null and an error at its path and creates the other rows', async () => {
    stack.emulator.control.fault({ path: '/v3/customers', kind: 'status', status: 429, retryAfter: '7', skip: 2 });
    const { data, errors } = await stack.query(createContacts('outcome'), { inputs: rows(10) });
    const { results } = data.createContacts;
    const failed = results.indexOf(null);
    expect(results.filter((row: object | null) => row === null)).toHaveLength(1);
    expect(errors).toMatchObject([
      { path: ['createContacts', 'results', failed], extensions: { code: 'RATE_LIMITED', retryAfter: 7 } },
    ]);
    expect(stack.emulator.control.counts().createContact).toBe(10);
  });

  test('createContacts creates rows that share a deduplicated value one after another, and other rows at the same time', async () => {
    stack.emulator.control.latency({ pattern: '/v3/customers', ms: 200 });
    const size = stack.emulator.contacts().length;
    const inputs = [
      { ...minimal, email: 'twin@example.com', firstName: 'first' },
      { ...minimal, email: 'Twin@Example.com', firstName: 'second', deduplicate: ['EMAIL'] },
      { ...minimal, email: 'single@example.com', extId: 'shared' },
      { ...minimal, email: 'twin@example.com', firstName: 'last', extId: 'shared', deduplicate: ['EMAIL'] },
    ];
    const { data } = await stack.query(createContacts('outcome contact { cid }'), { inputs });
    const { results } = data.createContacts;
    // The upstream decides whether "Twin" matches "twin"; in the emulator it does not.
    expect(results.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      ...['CREATED', 'CREATED', 'CREATED', 'MATCHED'],
    ]);
    expect(stack.emulator.contacts()).toHaveLength(size + 3);
    expect(stack.emulator.find(results[0].contact.cid)?.firstName).toBe('last');
    // The emulator executes a call when it arrives and delays only the response, so the order is visible in the times alone.
    const [start = 0, ...times] = stack.emulator.control
      .calls()
      .filter(({ route }) => route === 'createContact')
      .map(({ at }) => at);
    expect(times.map((at) => Math.floor((at - start) / 190))).toEqual([0, 1, 2]);
  });
});

describe('updateContacts', () => {
  test('updateContacts updates a hundred contacts and answers each as it is afterwards', async () => {
    const cids = stack.emulator
      .contacts()
      .slice(20, 120)
      .map(({ cid }) => cid);
    const inputs = cids.map((cid, n) => ({ id: idOf(cid), firstName: `name ${n}` }));
    const { data, errors } = await stack.query(updateContacts, { inputs });
    expect(errors).toEqual([]);
    expect(data.updateContacts.results).toEqual(
      cids.map((cid, n) => ({ contact: expect.objectContaining({ cid, firstName: `name ${n}` }), userErrors: [] })),
    );
    expect(stack.emulator.control.counts()).toMatchObject({ updateContact: 100, contact: 100 });
  });

  test('updateContacts writes the rows of one contact in their order, also when the first one is slow', async () => {
    stack.emulator.control.fault({ method: 'PUT', path: demo.contactId, kind: 'delay', ms: 150 });
    const inputs = [1, 2, 3, 4].map((n) => ({ id: ada, zipCode: `${n}` }));
    const { data } = await stack.query(updateContacts, { inputs });
    expect(stack.emulator.find(demo.contactId)?.zipCode).toBe('4');
    expect(data.updateContacts.results.at(-1)).toEqual({
      ...{ contact: { cid: demo.contactId, firstName: expect.any(String), zipCode: '4' }, userErrors: [] },
    });
    expect(stack.emulator.control.peakInFlight()).toBe(1);
  });

  test('updateContacts writes the rows after a failed row, also those of the same contact', async () => {
    stack.emulator.control.fault({ method: 'PUT', path: demo.contactId, kind: 'status', status: 500 });
    const inputs = [
      { id: ada, zipCode: '5' },
      { id: ada, zipCode: '6' },
      { id: idOf('absent'), zipCode: '7' },
      { id: 'canary', phone: '' },
    ];
    const { data, errors } = await stack.query(updateContacts, { inputs });
    const { results } = data.updateContacts;
    expect(errors).toMatchObject([{ path: ['updateContacts', 'results', 0] }]);
    expect([results[0], results[1].contact.zipCode]).toEqual([null, '6']);
    expect(results[2].userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['inputs', '2', 'id'] }]);
    expect(results[3].userErrors).toMatchObject([
      { field: ['inputs', '3', 'id'] },
      { field: ['inputs', '3', 'phone'] },
    ]);
  });

  test.each([0, 101])('updateContacts refuses %i rows without an upstream call', async (count) => {
    const inputs = Array.from({ length: count }, () => ({ id: ada, zipCode: '1' }));
    const { data } = await stack.query(updateContacts, { inputs });
    expect(data.updateContacts).toMatchObject({
      results: [],
      userErrors: [{ code: count === 0 ? 'TOO_FEW' : 'TOO_MANY', field: ['inputs'] }],
    });
    expect(routesOf(stack)).toEqual([]);
  });
});
