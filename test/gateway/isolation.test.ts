import type { GraphQLInterfaceType, GraphQLObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { schema } from '../../src/schema/index.ts';
import { globalId, type Known, readingPaths, writingPaths } from '../support/contact-queries.ts';
import type { Answer } from '../support/gateway.ts';
import { type Principal, type Principals, startPrincipals } from '../support/principals.ts';
import { selectAll } from '../support/select-all.ts';

/** What is known of a contact of the first organization; all of it has this word. */
const canary = 'canary';
const marked = {
  username: `${canary}-name`,
  email: `${canary}@example.com`,
  phone: '+393331112223',
  extId: `${canary}-id`,
  extProp1: `${canary}-1`,
  extProp2: `${canary}-2`,
};

/** What is the same of somebody who does not exist. */
const nobody: Known = {
  cid: '0'.repeat(32),
  username: 'nobody',
  email: 'nobody@example.com',
  phone: '+393339998887',
  extId: 'none',
  extProp1: 'none-1',
  extProp2: 'none-2',
  cursor: 'none',
  token: 'none',
};

const everything = selectAll(schema, 'Contact');
const reading = Object.keys(readingPaths(nobody, ''));
const writing = Object.keys(writingPaths(nobody, ''));

let all: Principals;
let owner: Principal;
let stranger: Principal;
let known: Known;
beforeAll(async () => {
  all = await startPrincipals({ contacts: 40, secondContacts: 40 });
  [owner, stranger] = [all.principal('manager'), all.principal('second')];
  const { extId: id, extProp1: prop1, extProp2: prop2, ...fields } = marked;
  const custom = { note: canary };
  all.emulator.update(demo.contactId, { ...fields, extId: { id, prop1, prop2 }, firstName: canary, custom });
  const { data } = await owner.ask('{ contacts(first: 3) { edges { cursor } } }');
  const input = `{id: "${globalId('Contact', demo.contactId)}", expiresIn: 3600, hits: 3}`;
  const issued = await owner.ask(`mutation { issueContactToken(input: ${input}) { token } }`);
  const { token } = issued.data.issueContactToken;
  known = { ...marked, cid: demo.contactId, cursor: data.contacts.edges[1].cursor, token };
});
afterAll(() => all.close());

/** All of an answer that does not change from request to request. */
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

describe('what a contact of one organization is to another', () => {
  test('is asked for with every field of every type that hangs on it', () => {
    const fields = Object.keys((schema.getType('Contact') as GraphQLObjectType).getFields());
    expect(fields.filter((name) => !everything.includes(` ${name} `))).toEqual([]);
    const kinds = schema.getPossibleTypes(schema.getType('ContactEvent') as GraphQLInterfaceType);
    expect(kinds.filter(({ name }) => !everything.includes(`... on ${name} {`))).toEqual([]);
  });

  test.each(reading)('%s: its owner finds it', async (name) => {
    const { data, errors, text } = await owner.ask(pathOf(readingPaths(known, everything), name));
    expect(errors).toEqual([]);
    if (name.startsWith('contactExists')) expect(data).toEqual({ contactExists: true });
    else if (name.startsWith('its')) expect(text).toContain('"nodes":[{');
    else if (!name.includes('cursor')) expect(text).toContain(canary);
  });

  test.each(reading)('%s: nothing, as if it did not exist', async (name) => {
    const [theirs, nothing] = [readingPaths(known, everything), readingPaths(nobody, everything)];
    const answer = await stranger.ask(pathOf(theirs, name));
    expect(toText(answer)).toBe(toText(await stranger.ask(pathOf(nothing, name))));
    expect(answer.text).not.toContain(canary);
  });

  test.each(writing)('%s: nothing, as if it did not exist, and it stays what it is', async (name) => {
    const fields = name.startsWith('create') ? '{ __typename }' : everything;
    const before = [all.emulator.find(known.cid), all.emulator.tokenHits()];
    const answer = await stranger.ask(pathOf(writingPaths(known, fields), name));
    expect(toText(answer)).toBe(toText(await stranger.ask(pathOf(writingPaths(nobody, fields), name))));
    expect([all.emulator.find(known.cid), all.emulator.tokenHits()]).toEqual(before);
    expect(answer.text).not.toContain(canary);
  });

  test('each mutation is tried', () => {
    const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
    const ofSessions = ['renewContactSession', 'startContactSession'];
    expect(writing.toSorted()).toEqual(mutations.filter((name) => !ofSessions.includes(name)).toSorted());
  });

  test('its organization is nothing to another either', async () => {
    const ofOrganization = (cid: string) => `{ node(id: "${globalId('Organization', cid)}") { id } }`;
    const answer = await stranger.ask(ofOrganization(demo.organizationId));
    expect(toText(answer)).toBe(toText(await stranger.ask(ofOrganization('nobody'))));
    expect((await owner.ask(ofOrganization(demo.organizationId))).data.node).not.toBeNull();
  });

  test('a list of all holds nobody else’s, in either organization', async () => {
    const list = `{ contacts(first: 100) { totalCount nodes ${everything} } }`;
    const [ours, theirs] = [await owner.ask(list), await stranger.ask(list)];
    const cids = ({ data }: Answer): string[] => data.contacts.nodes.map(({ cid }: { cid: string }) => cid);
    expect(cids(ours).length).toBeGreaterThan(39);
    expect(cids(ours).filter((cid) => theirs.text.includes(cid))).toEqual([]);
    expect(cids(theirs).filter((cid) => ours.text.includes(cid))).toEqual([]);
  });
});
