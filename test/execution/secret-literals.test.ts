import { parse, type ValidatedExecutionArgs } from 'graphql';
import { expect, test } from 'vitest';
import { createDocumentMemory } from '../../src/execution/document-memory.ts';
import { findPlans } from '../../src/execution/plan-cache.ts';
import { mayHoldSecret } from '../../src/execution/secret-literals.ts';
import { schema } from '../../src/schema/index.ts';
import { startGateway } from '../support/gateway.ts';

/** The kind: documents that hold a secret as a literal, which no cache may keep. */

const withSecret = [
  'mutation { startContactSession(input: {credentials: {username: "u", password: "p"}}) { session } }',
  'mutation ($u: String!) { startContactSession(input: {credentials: {username: $u, password: """p"""}}) { session } }',
  'mutation ($p: Password! = "p") { startContactSession(input: {credentials: {username: "u", password: $p}}) { session } }',
  'mutation ($c: ContactCredentials! = {username: "u", password: "p"}) { startContactSession(input: {credentials: $c}) { session } }',
  'mutation ($i: StartContactSessionInput! = {credentials: {username: "u", password: "p"}}) { startContactSession(input: $i) { session } }',
  'mutation { ...F } fragment F on Mutation { startContactSession(input: {credentials: {username: "u", password: "p"}}) { session } }',
  'query Q { viewer { scopes } } mutation M { startContactSession(input: {credentials: {username: "u", password: "p"}}) { session } }',
  'mutation { startContactSession(input: {token: "t"}) { session } }',
  'mutation { redeemContactToken(input: {token: "t"}) { contact { cid } } }',
  'mutation { createContact(input: {source: API, policies: {privacy: true, termsOfUse: true}, password: "p"}) { outcome } }',
  'mutation { createContacts(inputs: [{source: API, policies: {privacy: true, termsOfUse: true}, password: "p"}]) { userErrors { code } } }',
];

const withoutSecret = [
  '{ contact(by: {cid: "a"}) { cid } }',
  'mutation ($p: Password!) { startContactSession(input: {credentials: {username: "u", password: $p}}) { session } }',
  'mutation ($i: StartContactSessionInput!) { startContactSession(input: $i) { session } }',
  'mutation ($n: String = "n", $p: String) { createContact(input: {source: API, policies: {privacy: true, termsOfUse: true}, username: $n, password: $p}) { outcome } }',
  'mutation { createContact(input: {source: API, policies: {privacy: true, termsOfUse: true}, password: null}) { outcome } }',
];

const plansOf = (document: string) =>
  findPlans(
    { schema, document: parse(document), variableValues: { coerced: {} } } as ValidatedExecutionArgs,
    createDocumentMemory(2 ** 20),
  );

test.each(withSecret)('this document may hold a secret, and has no plan that is kept: %s', (document) => {
  expect(mayHoldSecret(schema, parse(document))).toBe(true);
  expect(plansOf(document)).toBeUndefined();
});

test.each(withoutSecret)('this document holds no secret: %s', (document) => {
  expect(mayHoldSecret(schema, parse(document))).toBe(false);
  expect(plansOf(document)).toBeDefined();
});

test('an executed document with a secret is not kept, and one with a variable in its place is', async () => {
  const stack = await startGateway({ emulator: { contacts: 10 } });
  for (const query of withSecret.filter((each) => !each.startsWith('query'))) {
    await stack.query(query, { u: 'u' });
    expect(stack.gateway.documents.find(query)).toBeUndefined();
  }
  const variables = { p: 'p', i: { token: 't' } };
  for (const query of withoutSecret) {
    await stack.query(query, variables);
    expect(stack.gateway.documents.find(query)).toBeDefined();
  }
  expect(stack.gateway.documents.load().documents).toBe(withoutSecret.length);
  await stack.close();
});
