import {
  buildSchema,
  execute,
  executeSync,
  type GraphQLField,
  GraphQLObjectType,
  type GraphQLSchema,
  parse,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { anonymousAllowed, anyCaller, isAllowed, requiresScope } from '../../src/schema/access.ts';
import { branch } from '../../src/schema/branch.ts';
import { enforceAccess } from '../../src/schema/enforce-access.ts';
import { schema } from '../../src/schema/index.ts';
import { selectedBranches } from '../../src/schema/look-ahead.ts';
import { printSdl } from '../../src/schema/print-sdl.ts';

const small = `
  interface Node { id: ID! }
  type Query { contact: Contact  contacts: ContactConnection }
  type Mutation { greet: GreetPayload }
  type GreetPayload { contact: Contact  contactEdge: ContactEdge  text: String }
  type Contact implements Node { id: ID!  name: String  events: String }
  type ContactConnection { nodes: [Contact!]! edges: [ContactEdge!]! }
  type ContactEdge { node: Contact! }`;

const declared = [
  'Query.contact',
  'Query.contacts',
  'Mutation.greet',
  'GreetPayload.contact',
  'GreetPayload.contactEdge',
  'Contact',
  'Contact.events',
];

/** The small schema with the access of these members declared. The name of a contact only reads a property. */
function declaring(members: readonly string[], access = requiresScope('customer_read')): GraphQLSchema {
  const built = buildSchema(small);
  for (const member of members) Object.assign(memberOf(built, member).extensions, access);
  Object.assign(fieldOf(built, 'Contact', 'name').extensions, { pothosExposedField: 'name' });
  return built;
}

function typeOf(built: GraphQLSchema, name: string): GraphQLObjectType {
  const type = built.getType(name);
  if (!(type instanceof GraphQLObjectType)) throw new Error(`There is no ${name}`);
  return type;
}

function fieldOf(built: GraphQLSchema, type: string, name: string): GraphQLField<unknown, unknown> {
  const field = typeOf(built, type).getFields()[name];
  if (field === undefined) throw new Error(`There is no ${type}.${name}`);
  return field;
}

function memberOf(built: GraphQLSchema, member: string) {
  const [type = '', field] = member.split('.');
  return field === undefined ? typeOf(built, type) : fieldOf(built, type, field);
}

const callerWith = (...scopes: string[]) => ({ caller: { scopes } });

describe('a schema with a field or type without a declared access', () => {
  test.each(declared)('a schema without a declared access for %s is refused at the start', (member) => {
    expect(() => enforceAccess(declaring(declared.filter((other) => other !== member)))).toThrow(
      `Declare who may use ${member}:`,
    );
  });

  test('a schema is accepted when every field that can call the upstream has a declared access', () => {
    expect(() => enforceAccess(declaring(declared))).not.toThrow();
  });
});

describe('the declared access', () => {
  test('the declared access is printed as a directive, and the other text of the schema is unchanged', () => {
    const marked = ' @requiresScopes(scopes: [["customer_read"], ["organization_read"]])';
    const [plain, text] = [printSdl(buildSchema(small)), printSdl(declaring(declared))];
    expect(plain).not.toContain('@');
    expect(text.replaceAll(marked, '')).toBe(plain);
    expect(text.split(marked)).toHaveLength(declared.length + 1);
    expect(text).toContain(`type Contact implements Node${marked} {`);
    expect(text).toContain(`  contact: Contact${marked}\n`);
  });

  test('the directive for the declared access is visible in introspection', () => {
    const { data } = executeSync({ schema, document: parse('{ __schema { directives { name locations } } }') });
    expect((data as { __schema: { directives: object[] } }).__schema.directives).toContainEqual({
      name: 'requiresScopes',
      locations: ['FIELD_DEFINITION', 'OBJECT'],
    });
  });

  test('the declared access does not change the resolver of another field', () => {
    const built = declaring(declared);
    const name = fieldOf(built, 'Contact', 'name');
    const { resolve } = name;
    enforceAccess(built);
    expect(name.resolve).toBe(resolve);
    expect(fieldOf(built, 'Contact', 'events').resolve).toBeInstanceOf(Function);
  });
});

test.each([
  ['a caller', {}, [true, true, true]],
  ['a caller without the scope', { scopes: [] }, [false, true, true]],
  ['a customer session', { contactId: 'ada', scopes: [] }, [false, true, true]],
  ['a customer session with a scope that it should not have', { contactId: 'ada' }, [false, true, true]],
  ['an anonymous caller', { isAnonymous: true, scopes: [] }, [false, false, true]],
  ['an anonymous caller without a list of scopes', { isAnonymous: true }, [false, false, true]],
] as const)('%s may use only the fields whose access allows it', (_, overrides, expected) => {
  const { caller } = callerWith('customer_read') as unknown as Parameters<typeof selectedBranches>[1];
  const declarations = [requiresScope('customer_read'), anyCaller, anonymousAllowed];
  expect(declarations.map(({ access }) => isAllowed(access, { ...caller, ...overrides }))).toEqual(expected);
});

test('a branch that the caller may not read is not started', async () => {
  const built = declaring([]);
  Object.assign(
    fieldOf(built, 'Contact', 'events').extensions,
    branch('events', () => undefined),
    requiresScope('organization_read'),
  );
  const started: unknown[] = [];
  fieldOf(built, 'Query', 'contact').resolve = (_root, _args, context, info) => {
    started.push(selectedBranches(info, context as Parameters<typeof selectedBranches>[1]).map(({ name }) => name));
    return null;
  };
  const document = parse('{ contact { name events } }');
  for (const scope of ['customer_read', 'organization_read']) {
    await execute({ schema: built, document, contextValue: callerWith(scope) });
  }
  expect(started).toEqual([[], ['events']]);
});
