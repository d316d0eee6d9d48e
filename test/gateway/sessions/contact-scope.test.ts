import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo, second } from '../../../emulator/demo.ts';
import type { Answer } from '../../support/gateway.ts';
import {
  customerSessionEnvironment,
  type QueryFunction,
  type Sessions,
  startSessions,
} from '../../support/sessions.ts';
import { idOf, userErrors } from '../../support/write-gateway.ts';

let stack: Sessions;
let deleting: Sessions;
let send: QueryFunction;
let others: Record<string, string>;
beforeAll(async () => {
  stack = await startSessions({ env: customerSessionEnvironment(), organizations: [second] });
  deleting = await startSessions({ env: { ...customerSessionEnvironment(), SESSION_MAY_DELETE: 'true' } });
  send = await stack.queryAsContact(demo.contactId);
  const of = (organizationId: string) =>
    stack.emulator.contacts(organizationId).find(({ cid }) => cid !== demo.contactId);
  others = {
    'another of the organization': of(demo.organizationId)?.cid ?? '',
    'one of another organization': of(second.organizationId)?.cid ?? '',
    'one that does not exist': 'f'.repeat(32),
  };
});
beforeEach(() => stack.emulator.control.reset());
afterAll(async () => {
  await stack.close();
  await deleting.close();
});

const all = `cid firstName language devices { totalCount } events { totalCount } accountings { totalCount }
  wifiProfiles { passpoint { username } } processingConsent { profiling }`;

type Path = { query: (cid: string) => string; own: object; none: object };
const notFound = { userErrors: [expect.objectContaining({ code: 'NOT_FOUND', field: ['input', 'id'] })] };
const own = { cid: demo.contactId };
const paths: Record<string, Path> = {
  'contact by cid': {
    query: (cid) => `{ contact(by: {cid: "${cid}"}) { ${all} } }`,
    ...{ own: { contact: own }, none: { contact: null } },
  },
  'contact by id': {
    query: (cid) => `{ contact(by: {id: "${idOf(cid)}"}) { ${all} } }`,
    ...{ own: { contact: own }, none: { contact: null } },
  },
  'contactExists by cid': {
    query: (cid) => `{ contactExists(by: {cid: "${cid}"}) }`,
    ...{ own: { contactExists: true }, none: { contactExists: false } },
  },
  'contactExists by id': {
    query: (cid) => `{ contactExists(by: {id: "${idOf(cid)}"}) }`,
    ...{ own: { contactExists: true }, none: { contactExists: false } },
  },
  'contactsExist by cid': {
    query: (cid) => `{ contactsExist(by: [{cid: "${cid}"}]) { exists cid } }`,
    own: { contactsExist: [{ exists: true, cid: demo.contactId }] },
    none: { contactsExist: [{ exists: false, cid: null }] },
  },
  node: {
    query: (cid) => `{ node(id: "${idOf(cid)}") { ... on Contact { ${all} } } }`,
    ...{ own: { node: own }, none: { node: null } },
  },
  nodes: {
    query: (cid) => `{ nodes(ids: ["${idOf(cid)}", "${idOf(cid)}"]) { ... { ... on Contact { ${all} } } } }`,
    ...{ own: { nodes: [own, own] }, none: { nodes: [null, null] } },
  },
  'aliases in a fragment': {
    query: (
      cid,
    ) => `{ ...F } fragment F on Query { a: contact(by: {cid: "${cid}"}) { ...C } b: node(id: "${idOf(cid)}") { ...C } }
      fragment C on Contact { ${all} }`,
    ...{ own: { a: own, b: own }, none: { a: null, b: null } },
  },
  updateContact: {
    query: (cid) =>
      `mutation { updateContact(input: {id: "${idOf(cid)}", firstName: "Changed"}) { contact { ${all} } ${userErrors} } }`,
    own: { updateContact: { contact: { ...own, firstName: 'Changed' }, userErrors: [] } },
    none: { updateContact: { contact: null, ...notFound } },
  },
  'updateContact, what only the organization may': {
    query: (cid) =>
      `mutation { updateContact(input: {id: "${idOf(cid)}", emailVerified: true}) { contact { cid } ${userErrors} } }`,
    own: { updateContact: null },
    none: { updateContact: { contact: null, ...notFound } },
  },
  setContactPolicies: {
    query: (cid) =>
      `mutation { setContactPolicies(input: {id: "${idOf(cid)}", policies: {mktgCommunications: true}}) { contact { cid } ${userErrors} } }`,
    own: { setContactPolicies: { contact: own, userErrors: [] } },
    none: { setContactPolicies: { contact: null, ...notFound } },
  },
};

const comparable = ({ status, text }: Answer) => ({ status, text: text.replace(/"requestId":"[^"]*"/g, '') });

describe.each(Object.entries(paths))('%s', (_, { query, own, none }) => {
  test('a customer session reaches its own contact', async () => {
    const { data } = await send(query(demo.contactId));
    expect(data).toMatchObject(own);
  });

  test('a customer session is answered for every other contact as for one that does not exist, without an upstream call or a change', async () => {
    const before = [demo, second].map(({ organizationId }) => stack.emulator.contacts(organizationId));
    const answers = [];
    for (const cid of Object.values(others)) {
      const answer = await send(query(cid));
      expect(answer.data).toMatchObject(none);
      answers.push(comparable(answer));
    }
    expect(answers).toEqual(Array(3).fill(answers[0]));
    expect(stack.emulator.control.calls()).toEqual([]);
    for (const [i, { organizationId }] of [demo, second].entries()) {
      expect(stack.emulator.contacts(organizationId)).toBe(before[i]);
    }
    // A caller that may read all contacts gets the same answer for a contact that does not exist.
    const expected = await stack.query(
      query(others['one that does not exist'] ?? ''),
      {},
      { authorization: 'Bearer token' },
    );
    expect(comparable(expected)).toEqual(answers[0]);
  });
});

test.each(['username', 'email', 'phone', 'extId', 'extProp1', 'extProp2'])(
  'a customer session finds no contact by %s, not even its own, and makes no upstream call',
  async (name) => {
    for (const cid of [demo.contactId, others['another of the organization'] ?? '']) {
      const value = { ...stack.emulator.find(cid) } as Record<string, unknown>;
      const type = { email: 'EmailAddress', phone: 'PhoneNumber' }[name] ?? 'String';
      const { data, errors } = await send(
        `query ($v: ${type}) { contact(by: {${name}: $v}) { cid } contactExists(by: {${name}: $v}) contactsExist(by: [{${name}: $v}]) { exists cid } }`.replaceAll(
          `: ${type})`,
          `: ${type}!)`,
        ),
        {
          v:
            typeof value[name] === 'string'
              ? value[name]
              : ({ email: 'a@example.com', phone: '+390501234567' }[name] ?? 'x'),
        },
      );
      expect({ data, errors }).toEqual({
        data: { contact: null, contactExists: false, contactsExist: [{ exists: false, cid: null }] },
        errors: [],
      });
    }
    expect(stack.emulator.control.calls()).toEqual([]);
  },
);

test('a customer session may delete its own contact, and no other one, when this is configured', async () => {
  const { cid } = deleting.emulator.insert({ firstName: 'Leaving' });
  const leaving = await deleting.queryAsContact(cid);
  const remove = (id: string) =>
    `mutation { deleteContact(input: {id: "${idOf(id)}"}) { deletedContactId ${userErrors} } }`;
  const foreign = await leaving(remove(demo.contactId));
  expect(foreign.data.deleteContact).toMatchObject({ deletedContactId: null, ...notFound });
  expect(deleting.emulator.control.calls()).toEqual([]);
  expect((await leaving(remove(cid))).data.deleteContact).toMatchObject({
    deletedContactId: idOf(cid),
    userErrors: [],
  });
  expect(deleting.emulator.find(cid)).toBeUndefined();
  expect((await leaving('{ viewer { contact { cid } } }')).data.viewer.contact).toBeNull();
});
