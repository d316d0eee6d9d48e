import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startGateway({ emulator: { contacts: 10 }, env: { OPERATION_DEADLINE_MS: '20000' } });
  await stack.query(`{ contact(by: {cid: "${demo.contactId}"}) { cid } }`); // logs in
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

const routes = () =>
  stack.emulator.control
    .calls()
    .map(({ route }) => route)
    .sort();

const by = `by: {cid: "${demo.contactId}"}`;
const globalId = Buffer.from(`Contact:${demo.contactId}`).toString('base64');

/** Expects the calls that an operation makes although the read of the contact gets no response: they did not wait for it. */
async function callsBesides(query: string, variables: Record<string, unknown>, expected: readonly string[]) {
  stack.emulator.control.fault({ path: `/${demo.contactId}$`, kind: 'hang' });
  const leaving = new AbortController();
  const answer = stack.gateway.fetch('http://gateway/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    signal: leaving.signal,
  });
  await expect.poll(routes).toEqual(['contact', ...expected].sort());
  leaving.abort();
  await Promise.allSettled([answer]);
  await expect.poll(() => stack.emulator.control.loggedInFlight()).toBe(0);
  expect(routes()).toEqual(['contact', ...expected].sort());
}

describe('the branches of a contact are read at the same time as the contact', () => {
  test.each<[string, string, string[]]>([
    ['as fields', `{ contact(${by}) { devices { totalCount } events { totalCount } } }`, ['devices', 'events']],
    [
      'in an inline fragment',
      `{ contact(${by}) { ... { ... on Node { id } ... on Contact { devices { totalCount } } } } }`,
      ['devices'],
    ],
    [
      'in fragments within fragments',
      `{ contact(${by}) { ...A } } fragment A on Contact { ...B cid } fragment B on Contact { accountings { totalCount } }`,
      ['accountings'],
    ],
    [
      'in a fragment that is spread twice and skipped the first time',
      `{ contact(${by}) { ...A @skip(if: true) ...A } } fragment A on Contact { devices { totalCount } }`,
      ['devices'],
    ],
    [
      'in two fields of one answer',
      `{ contact(${by}) { devices { totalCount } } contact(${by}) { events { totalCount } } }`,
      ['devices', 'events'],
    ],
    [
      'under aliases',
      `{ a: contact(${by}) { b: devices { totalCount } c: devices(first: 1) { totalCount } } }`,
      ['devices'],
    ],
    ['of a node', `{ node(id: "${globalId}") { ... on Contact { devices { totalCount } } } }`, ['devices']],
    ['of nodes', `{ nodes(ids: ["${globalId}"]) { ... on Contact { events { totalCount } } } }`, ['events']],
    [
      'of a contact by global id',
      `{ contact(by: {id: "${globalId}"}) { accountings { totalCount } } }`,
      ['accountings'],
    ],
  ])('branches are read at the same time as their contact: %s', (_, query, expected) =>
    callsBesides(query, {}, expected),
  );

  test.each<[string, string, string[]]>([
    ['by literals', 'devices @skip(if: true) { totalCount } events @include(if: false) { totalCount }', []],
    ['by variables', 'devices @skip(if: $yes) { totalCount } events @include(if: $yes) { totalCount }', ['events']],
    [
      'by defaults',
      'devices @include(if: $default) { totalCount } ... @skip(if: $default) { events { totalCount } }',
      ['events'],
    ],
    ['by both', 'devices @include(if: $yes) @skip(if: $yes) { totalCount }', []],
    ['on a spread', '...A @include(if: $default)', []],
  ])('branches that are left out %s are not read', (_, selection, expected) =>
    callsBesides(
      `query ($yes: Boolean!, $default: Boolean = false) { contact(${by}) { cid lastName @include(if: $yes) city: zipCode @skip(if: $default) ${selection} ${selection.includes('...A') ? '' : '...A @skip(if: true)'} } }
       fragment A on Contact { accountings { totalCount } }`,
      { yes: true },
      expected,
    ),
  );

  test.each([
    ['directives', 'events @include(if: $yes) { totalCount }', ''],
    ['directives on fragments', '...A @include(if: $yes)', 'fragment A on Contact { events { totalCount } }'],
  ])('the branches to read are chosen by %s in each operation of a document', async (_, selection, fragment) => {
    const query = `query ($yes: Boolean!) { contact(${by}) { cid ${selection} } } ${fragment}`;
    for (const yes of [true, false, true]) {
      stack.emulator.control.reset();
      await callsBesides(query, { yes }, yes ? ['events'] : []);
    }
  });

  test('the branches to read are chosen by the arguments of each operation of a document', async () => {
    const query = `query ($since: DateTime) { contact(${by}) { events(since: $since) { totalCount } } }`;
    await callsBesides(query, { since: '2026-01-01T00:00:00Z' }, ['events']);
    stack.emulator.control.reset();
    await stack.query(query, { since: 'yesterday' });
    expect(routes()).toEqual(['contact']);
  });
});
