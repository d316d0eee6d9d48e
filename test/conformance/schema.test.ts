import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { printSdl } from '../../src/schema/print-sdl.ts';
import { isSentence, listMembers, type Member, saysMoreThanItsName } from './schema-members.ts';

const committed = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');

describe('schema.graphql', () => {
  test('schema.graphql is the schema of the gateway', () => {
    expect(committed, 'schema.graphql is stale: renew it with "npm run schema"').toBe(printSdl(schema));
  });

  test('the type Query has exactly these fields', () => {
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {}).sort()).toEqual([
      'contact',
      'contactExists',
      'contacts',
      'contactsExist',
      'node',
      'nodes',
      'organization',
      'rateLimit',
      'viewer',
    ]);
  });

  test('the type Mutation has exactly these fields, each with one argument and a nullable payload type of its own', () => {
    const fields = Object.values(schema.getMutationType()?.getFields() ?? {});
    expect(
      fields.map(({ name, args, type }) => [name, args.map((arg) => `${arg.name}: ${arg.type}`).join(), `${type}`]),
    ).toEqual(
      [
        'createContact',
        'createContacts',
        'deleteContact',
        'issueContactToken',
        'redeemContactToken',
        'registerContactDevice',
        'renewContactSession',
        'revokeToken',
        'setContactPolicies',
        'startContactSession',
        'updateContact',
        'updateContacts',
      ].map((name) => {
        const type = name.charAt(0).toUpperCase() + name.slice(1);
        // These mutations are about the access token of their request, so they have no argument.
        if (name === 'renewContactSession' || name === 'revokeToken') return [name, '', `${type}Payload`];
        const isBulk = name.endsWith('ntacts');
        return [name, isBulk ? `inputs: [${type.slice(0, -1)}Input!]!` : `input: ${type}Input!`, `${type}Payload`];
      }),
    );
  });

  test('each member of schema.graphql is described with a sentence', () => {
    expect(pathsWithout(isSentence, committed)).toEqual([]);
  });

  test('each description in schema.graphql says more than the name of its member', () => {
    expect(pathsWithout(saysMoreThanItsName, committed)).toEqual([]);
  });
});

describe('the check of descriptions', () => {
  const careless = `
    directive @mark(as: String) on FIELD_DEFINITION
    "A thing"
    type Thing { "The first name." firstName(plain: Int): String  "Colour, like \`red\`" colour: Colour }
    "A colour that is seen." enum Colour { "Red." RED BLUE }
    "What a thing may be." input ThingInput { size: Int }`;

  test('the check finds members without a description and descriptions without an end', () => {
    const missing = ['mark', 'mark.as', 'Thing', 'Thing.firstName.plain', 'Colour.BLUE', 'ThingInput.size'];
    expect(pathsWithout(isSentence, careless)).toEqual(missing);
  });

  test('the check finds descriptions that repeat the name of their member', () => {
    const repeated = ['mark', 'mark.as', 'Thing', 'Thing.firstName', 'Thing.firstName.plain', 'ThingInput.size'];
    expect(pathsWithout(saysMoreThanItsName, careless)).toEqual(repeated);
  });
});

function pathsWithout(isGood: (member: Member) => boolean, sdl: string): string[] {
  return listMembers(sdl)
    .filter((member) => !isGood(member))
    .map(({ path }) => path);
}
