import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { ada, routesOf, startWriting, userErrors } from '../../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

describe('several mutations in one operation', () => {
  test('several mutations run one after another, and each reads its own write', async () => {
    stack.emulator.control.fault({ method: 'PUT', kind: 'delay', ms: 100 });
    const aliases = [1, 2, 3].map(
      (n) => `a${n}: updateContact(input: {id: "${ada}", zipCode: "${n}"}) { contact { zipCode } ${userErrors} }`,
    );
    const { data, errors } = await stack.query(`mutation { ${aliases.join(' ')} }`);
    expect(errors).toEqual([]);
    expect(Object.values(data)).toEqual([1, 2, 3].map((n) => ({ contact: { zipCode: `${n}` }, userErrors: [] })));
    expect(Object.keys(data)).toEqual(['a1', 'a2', 'a3']);
    const reading = ['updateContact', 'contact'];
    expect(routesOf(stack)).toEqual([...reading, ...reading, ...reading]);
    expect(stack.emulator.control.peakInFlight()).toBe(1);
  });

  test('each mutation of an operation sees the changes of the mutations before it', async () => {
    const { data, errors } = await stack.query(`mutation {
      read: issueContactToken(input: {id: "${ada}", expiresIn: 60, hits: 1}) { contact { zipCode devices { totalCount } } }
      write: updateContact(input: {id: "${ada}", zipCode: "after"}) { contact { zipCode } }
      again: issueContactToken(input: {id: "${ada}", expiresIn: 60, hits: 1}) { contact { zipCode } }
      gone: deleteContact(input: {id: "${ada}"}) { deletedContactId }
      none: setContactPolicies(input: {id: "${ada}", policies: {mktgCommunications: true}}) { contact { cid } ${userErrors} }
    }`);
    expect(errors).toEqual([]);
    expect(data.read.contact.zipCode).not.toBe('after');
    expect(data).toMatchObject({
      ...{ write: { contact: { zipCode: 'after' } }, again: { contact: { zipCode: 'after' } } },
      ...{ gone: { deletedContactId: ada }, none: { contact: null, userErrors: [{ code: 'NOT_FOUND' }] } },
    });
    expect(stack.emulator.find(demo.contactId)).toBeUndefined();
  });

  test('mutations after a failed one are executed, and the failed one is null with an error', async () => {
    const { cid } = stack.emulator.insert();
    const id = Buffer.from(`Contact:${cid}`).toString('base64');
    stack.emulator.control.fault({ method: 'PUT', kind: 'status', status: 403, times: 2 });
    const { data, errors } = await stack.query(`mutation {
      failed: updateContact(input: {id: "${id}", zipCode: "1"}) { contact { zipCode } }
      done: updateContact(input: {id: "${id}", zipCode: "2"}) { contact { zipCode } }
    }`);
    expect(data).toEqual({ failed: null, done: { contact: { zipCode: '2' } } });
    expect(errors).toMatchObject([{ path: ['failed'], extensions: { code: 'FORBIDDEN' } }]);
  });

  test('the mutations of one operation make at most a hundred writes together', async () => {
    const id = Buffer.from(`Contact:${stack.emulator.insert().cid}`).toString('base64');
    const inputs = Array.from({ length: 100 }, () => ({ id, zipCode: '1' }));
    const { data, errors } = await stack.query(
      `mutation ($inputs: [UpdateContactInput!]!) {
        bulk: updateContacts(inputs: $inputs) { results { ${userErrors} } }
        more: redeemContactToken(input: {token: "t"}) { contact { cid } }
      }`,
      { inputs },
    );
    expect(data.bulk.results).toEqual(inputs.map(() => ({ userErrors: [] })));
    expect(data.more).toBeNull();
    expect(errors).toMatchObject([{ path: ['more'], extensions: { code: 'QUERY_TOO_EXPENSIVE' } }]);
    expect(routesOf(stack)).toEqual(inputs.map(() => 'updateContact'));
  });

  test('a mutation is refused over GET', async () => {
    const query = encodeURIComponent(`mutation { deleteContact(input: {id: "${ada}"}) { deletedContactId } }`);
    const headers = { 'graphql-require-preflight': '1', accept: 'application/json' };
    const { status } = await stack.gateway.fetch(`http://gateway/graphql?query=${query}`, { headers });
    expect(status).toBe(405);
    expect(routesOf(stack)).toEqual([]);
  });
});
