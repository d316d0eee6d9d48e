import type { GraphQLInterfaceType, GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { schema } from '../../src/schema/index.ts';
import { type ContactIdentifiers, globalId, readQueries, writeMutations } from '../support/contact-queries.ts';
import type { Answer } from '../support/gateway.ts';
import { type Principal, type Principals, startPrincipals } from '../support/principals.ts';
import { selectAll } from '../support/select-all.ts';

/** Identifiers of a contact of the first organization. Each contains this word, except for the phone number. */
const canary = 'canary';
const uniqueFields = {
  username: `${canary}-name`,
  email: `${canary}@example.com`,
  phone: '+393331112223',
  extId: `${canary}-id`,
  extProp1: `${canary}-1`,
  extProp2: `${canary}-2`,
};

/** The same identifiers of a contact that does not exist. */
const unknownContact: ContactIdentifiers = {
  cid: '0'.repeat(32),
  username: 'absent',
  email: 'absent@example.com',
  phone: '+393339998887',
  extId: 'none',
  extProp1: 'none-1',
  extProp2: 'none-2',
  cursor: 'none',
  token: 'none',
};

const everything = selectAll(schema, 'Contact');
const reading = Object.keys(readQueries(unknownContact, ''));
const writing = Object.keys(writeMutations(unknownContact, ''));

let all: Principals;
let owner: Principal;
let stranger: Principal;
let existing: ContactIdentifiers;
beforeAll(async () => {
  all = await startPrincipals({ contacts: 40, secondContacts: 40 });
  [owner, stranger] = [all.principal('manager'), all.principal('second')];
  const { extId: id, extProp1: prop1, extProp2: prop2, ...fields } = uniqueFields;
  const custom = { note: canary };
  all.emulator.update(demo.contactId, { ...fields, extId: { id, prop1, prop2 }, firstName: canary, custom });
  const { data } = await owner.query('{ contacts(first: 3) { edges { cursor } } }');
  const input = `{id: "${globalId('Contact', demo.contactId)}", expiresIn: 3600, hits: 3}`;
  const issued = await owner.query(`mutation { issueContactToken(input: ${input}) { token } }`);
  const { token } = issued.data.issueContactToken;
  existing = { ...uniqueFields, cid: demo.contactId, cursor: data.contacts.edges[1].cursor, token };
});
afterAll(() => all.close());

/** An answer without its request ids. */
function toText({ status, data, errors }: Answer): string {
  return JSON.stringify([
    status,
    data,
    errors.map(({ extensions: { requestId: _, ...rest }, ...error }) => [error, rest]),
  ]);
}

function pathOf(paths: Record<string, string>, name: string): string {
  return paths[name] ?? '';
}

describe('a contact of one organization and a caller of another organization', () => {
  test('these tests select every field of a contact and every type of event', () => {
    const fields = Object.keys((schema.getType('Contact') as GraphQLObjectType).getFields());
    expect(fields.filter((name) => !everything.includes(` ${name} `))).toEqual([]);
    const kinds = schema.getPossibleTypes(schema.getType('ContactEvent') as GraphQLInterfaceType);
    expect(kinds.filter(({ name }) => !everything.includes(`... on ${name} {`))).toEqual([]);
  });

  test.each(reading)('a caller of the same organization finds the contact: %s', async (name) => {
    const { data, errors, text } = await owner.query(pathOf(readQueries(existing, everything), name));
    expect(errors).toEqual([]);
    if (name.startsWith('contactExists')) expect(data).toEqual({ contactExists: true });
    else if (name.startsWith('contactsExist')) expect(data).toMatchObject({ contactsExist: [{ exists: true }] });
    else if (name.startsWith('its')) expect(text).toContain('"nodes":[{');
    else if (!name.includes('cursor')) expect(text).toContain(canary);
  });

  test.each(reading)(
    'a caller of another organization is answered as if the contact did not exist: %s',
    async (name) => {
      const [theirs, nothing] = [readQueries(existing, everything), readQueries(unknownContact, everything)];
      const answer = await stranger.query(pathOf(theirs, name));
      expect(toText(answer)).toBe(toText(await stranger.query(pathOf(nothing, name))));
      expect(answer.text).not.toContain(canary);
    },
  );

  test.each(writing)(
    'a caller of another organization cannot change the contact and is answered as if it did not exist: %s',
    async (name) => {
      const fields = name.startsWith('create') ? '{ __typename }' : everything;
      const before = [all.emulator.find(existing.cid), all.emulator.tokenHits()];
      const answer = await stranger.query(pathOf(writeMutations(existing, fields), name));
      expect(toText(answer)).toBe(toText(await stranger.query(pathOf(writeMutations(unknownContact, fields), name))));
      expect([all.emulator.find(existing.cid), all.emulator.tokenHits()]).toEqual(before);
      expect(answer.text).not.toContain(canary);
    },
  );

  test('these tests call each mutation except for those of sessions and tokens of the caller', () => {
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
    const ofSessions = ['renewContactSession', 'revokeToken', 'startContactSession'];
    expect(writing.toSorted()).toEqual(mutations.filter((name) => !ofSessions.includes(name)).toSorted());
  });

  test('the organization is null for a caller of another organization', async () => {
    const ofOrganization = (cid: string) => `{ node(id: "${globalId('Organization', cid)}") { id } }`;
    const answer = await stranger.query(ofOrganization(demo.organizationId));
    expect(toText(answer)).toBe(toText(await stranger.query(ofOrganization('absent'))));
    expect((await owner.query(ofOrganization(demo.organizationId))).data.node).not.toBeNull();
  });

  test('a list of all contacts has none of another organization', async () => {
    const list = `{ contacts(first: 80) { totalCount nodes ${everything} } }`;
    const [ours, theirs] = [await owner.query(list), await stranger.query(list)];
    const cids = ({ data }: Answer): string[] => data.contacts.nodes.map(({ cid }: { cid: string }) => cid);
    expect(cids(ours).length).toBeGreaterThan(39);
    expect(cids(ours).filter((cid) => theirs.text.includes(cid))).toEqual([]);
    expect(cids(theirs).filter((cid) => ours.text.includes(cid))).toEqual([]);
  });
});
