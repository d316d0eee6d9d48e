/*
 * Where the schema says `@semanticNonNull`, a null has an error with its path, whatever the upstream does, and a value is there
 * without one.
 */
import {
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { semanticNonNullLevels } from '../../src/schema/semantic-non-null.ts';
import { writeMutations } from '../support/contact-queries.ts';
import type { Answer } from '../support/gateway.ts';
import { customerSessionEnvironment, type Sessions, startSessions } from '../support/sessions.ts';

type Field = GraphQLField<unknown, unknown>;
type Path = readonly (string | number)[];

const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
  isObjectType(type)
    ? Object.values(type.getFields()).map((field): [string, Field] => [`${type.name}.${field.name}`, field])
    : [],
);
const declared = fields.filter(([, field]) => semanticNonNullLevels(field).length > 0);

let stack: Sessions;
beforeAll(async () => {
  stack = await startSessions({ env: customerSessionEnvironment(), emulator: { contacts: 60, edgeCases: false } });
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

type Subject = { readonly cid: string; readonly token: string };

/** An operation for each field that is no mutation of a contact. */
const operations: Record<string, (subject: Subject) => string> = {
  'ContactExistence.exists': ({ cid }) => `{ contactsExist(by: [{cid: "${cid}"}, {cid: "../x"}]) { exists } }`,
  'CreateContactsPayload.results': (subject) => mutation('createContacts', subject),
  'Organization.events': () => '{ organization { events(first: 2) { totalCount } } }',
  'Organization.policies': () => '{ organization { policies { key } } }',
  'Query.contactExists': ({ cid }) => `{ contactExists(by: {cid: "${cid}"}) }`,
  'Query.contacts': () => '{ contacts(first: 2) { totalCount } }',
  'Query.nodes': () => '{ nodes(ids: []) { id } }',
  'Query.organization': () => '{ organization { cid } }',
  'Query.rateLimit': () => '{ rateLimit { cost } }',
  'Query.viewer': () => '{ viewer { __typename } }',
  'UpdateContactsPayload.results': (subject) => mutation('updateContacts', subject),
  'Viewer.organization': () => '{ viewer { organization { cid } } }',
  'Mutation.renewContactSession': () => 'mutation { renewContactSession { session } }',
  'Mutation.revokeToken': () => 'mutation { revokeToken { revokedAt } }',
  'Mutation.startContactSession': ({ token }) =>
    `mutation { startContactSession(input: {token: "${token}"}) { session userErrors { code } } }`,
};

function mutation(name: string, subject: Subject): string {
  const keys = { username: 'u', email: 'a@example.com', phone: '+393331112223', cursor: 'c' };
  const external = { extId: 'e', extProp1: 'p', extProp2: 'q' };
  return writeMutations({ ...keys, ...external, ...subject }, '{ cid }')[name] ?? '';
}

/** Prepares an operation with a contact that no other one has deleted. @returns the function that sends it */
async function prepare(name: string): Promise<() => Promise<Answer>> {
  const { cid = '' } = stack.emulator.contacts().at(-1) ?? {};
  const subject = { cid, token: await stack.tokenFor(cid) };
  const text = operations[name]?.(subject) ?? mutation(name.replace('Mutation.', ''), subject);
  const asContact = await stack.queryAsContact(cid);
  if (name === 'Mutation.renewContactSession') return () => asContact(text);
  const headers = name === 'Mutation.startContactSession' ? {} : { authorization: 'Bearer token' };
  return () => stack.query(text, {}, headers);
}

/** The paths of nulls at places that are never null without an error, and that have none. */
function unexplained({ data, errors }: Answer): Path[] {
  const known = new Set(errors.map(({ path }) => JSON.stringify(path)));
  const found: Path[] = [];
  function visitObject(type: GraphQLOutputType, value: object, path: Path): void {
    const named = getNamedType(type);
    if (!isObjectType(named)) return;
    for (const [name, below] of Object.entries(value)) {
      const field = named.getFields()[name];
      if (field !== undefined) visit(field.type, below, [...path, name], semanticNonNullLevels(field), 0);
    }
  }
  function visit(type: GraphQLOutputType, value: unknown, path: Path, levels: readonly number[], level: number): void {
    const inner = getNullableType(type);
    if (value === null) {
      if (levels.includes(level) && !known.has(JSON.stringify(path))) found.push(path);
    } else if (isListType(inner)) {
      for (const [index, item] of (value as unknown[]).entries())
        visit(inner.ofType, item, [...path, index], levels, level + 1);
    } else if (typeof value === 'object') visitObject(inner, value as object, path);
  }
  for (const root of [schema.getQueryType(), schema.getMutationType()]) if (root && data) visitObject(root, data, []);
  return found;
}

test('every field of Query and Mutation is declared, but those that find nothing', () => {
  const roots = fields.filter(([name]) => /^(Query|Mutation)\./.test(name));
  const open = roots.filter(([, field]) => !isNonNullType(field.type) && semanticNonNullLevels(field).length === 0);
  expect(open.map(([name]) => name)).toEqual(['Query.contact', 'Query.node']);
});

test.each(declared)('%s declares levels of its type that can be null', (_, field) => {
  for (const level of semanticNonNullLevels(field)) {
    let type = field.type;
    for (let above = 0; above < level; above += 1) {
      const list = getNullableType(type);
      if (!isListType(list)) throw new Error(`There is no level ${level}.`);
      type = list.ofType;
    }
    expect(isNonNullType(type)).toBe(false);
  }
});

describe.each(declared)('%s', (name) => {
  test('a value is there without an error', async () => {
    const { data, errors } = await (await prepare(name))();
    expect(data).not.toBeNull();
    expect(unexplained({ data, errors } as Answer)).toEqual([]);
    const forbidden = name === 'Mutation.revokeToken'; // the caller has no token of the upstream
    const invalid = name === 'ContactExistence.exists'; // one of its keys
    expect(errors).toHaveLength(forbidden || invalid ? 1 : 0);
  });

  test.each<Omit<Parameters<Sessions['emulator']['control']['fault']>[0], 'path'>>([
    ...[400, 401, 403, 404, 409, 410, 429, 500].map((status) => ({ kind: 'status', status }) as const),
    ...(['ko', 'html', 'empty', 'invalid-json', 'reset'] as const).map((kind) => ({ kind })),
    { kind: 'body', contentType: 'application/json', body: '{"status":"OK"}' },
    {
      kind: 'body',
      contentType: 'application/json',
      body: '{"status":"OK","customers":null,"policies":[],"events":[]}',
    },
  ])('a null has an error with its path when the upstream answers %j', async (fault) => {
    const send = await prepare(name);
    stack.emulator.control.fault({ path: '^(?!/v1/sts/login)', times: Number.POSITIVE_INFINITY, ...fault });
    expect(unexplained(await send())).toEqual([]);
  });
});
