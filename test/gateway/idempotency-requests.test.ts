import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startHttpServer } from '../../src/http/server.ts';
import { type Answer, startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 50 } });
  // The login must not be among the calls that the tests count.
  await stack.query('{ contacts(first: 1) { nodes { id } } }');
});
let key = '';
let tests = 0;
beforeEach(() => {
  tests += 1;
  key = `key-${tests}`;
  stack.emulator.control.reset();
});
afterAll(() => stack.close());

const creations = () => stack.emulator.control.counts().createContact;

test('a client that disconnects and repeats its request gets the write that was made and the one that was not', async () => {
  const server = await startHttpServer(stack.gateway.listener, '127.0.0.1', 0);
  stack.emulator.control.latency({ pattern: '/contacts|/customers', ms: 300 });
  const leaving = new AbortController();
  const input = '{source: API, email: "left@canary.example", policies: {privacy: true, termsOfUse: true}}';
  const body = {
    query: `mutation { one: createContact(input: ${input}) { outcome } two: createContact(input: ${input}) { outcome } }`,
  };
  const send = (signal?: AbortSignal) =>
    fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  const lost = send(leaving.signal);
  await expect.poll(creations).toBe(1);
  leaving.abort();
  await expect(lost).rejects.toThrow();
  await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(0);
  expect(stack.emulator.control.abortedByClient()).toBe(0);
  expect(creations()).toBe(1);
  const created = { outcome: 'CREATED' };
  expect(await (await send()).json()).toEqual({ data: { one: created, two: created } });
  expect(creations()).toBe(2);
  await server.stop(0);
});

describe('one idempotency key for several writes of a request', () => {
  const row = (email: string) => ({ source: 'API', policies: { privacy: true, termsOfUse: true }, email });

  test('one idempotency key makes each write of a request once, identified by its path in the response', async () => {
    const twice = `mutation ($input: CreateContactInput!) {
      one: createContact(input: $input) { contact { id } } two: createContact(input: $input) { contact { id } }
    }`;
    const send = () => stack.query(twice, { input: row('twice@canary.example') }, { 'idempotency-key': key });
    const first = await send();
    expect(first.data.one.contact.id).not.toBe(first.data.two.contact.id);
    expect((await send()).data).toEqual(first.data);
    expect(creations()).toBe(2);
  });

  test('a repeated bulk request writes only the rows that were refused the first time', async () => {
    const many = `mutation ($inputs: [CreateContactInput!]!) {
      createContacts(inputs: $inputs) { results { contact { email } userErrors { code } } userErrors { code } }
    }`;
    const emails = Array.from({ length: 5 }, (_, index) => `row-${index}@canary.example`);
    const send = () => stack.query(many, { inputs: emails.map(row) }, { 'idempotency-key': key });
    stack.emulator.control.fault({ method: 'POST', kind: 'status', status: 409 });
    const first = await send();
    const created = (answer: Answer) =>
      answer.data.createContacts.results.filter((result: { contact: unknown }) => result.contact !== null);
    expect(created(first)).toHaveLength(4);
    const again = await send();
    expect(created(again).map(({ contact }: { contact: { email: string } }) => contact.email)).toEqual(emails);
    expect(creations()).toBe(6);
  });
});
