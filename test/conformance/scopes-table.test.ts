import { readFileSync } from 'node:fs';
import { GraphQLObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { type Access, accessOf } from '../../src/schema/access.ts';
import { schema } from '../../src/schema/index.ts';

const page = readFileSync(new URL('../../docs/auth.md', import.meta.url), 'utf8');

test('the table in docs/auth.md holds what each field declares', () => {
  const section = page.slice(page.indexOf('\n## Scopes\n'));
  const documented = [...section.matchAll(/^\| (`.*`) \| (.*) \| (.*) \|$/gm)].flatMap(
    ([, names = '', scopes, session]) =>
      [...names.matchAll(/`([^`]*)`/g)].map(([, name]) => `${name}: ${scopes}, session: ${session}`),
  );
  expect(documented.toSorted()).toEqual(listDeclared().toSorted());
});

function listDeclared(): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (!(type instanceof GraphQLObjectType)) return [];
    const members = Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field] as const);
    return [[type.name, type] as const, ...members].flatMap(([name, member]) => {
      const access = accessOf(member);
      return access === undefined ? [] : [`${name}: ${toWords(access)}, session: ${access.session ? 'yes' : 'no'}`];
    });
  });
}

function toWords({ scopes, anonymous }: Access): string {
  if (scopes.length > 0) return scopes.map((all) => all.map((scope) => `\`${scope}\``).join(' and ')).join(' or ');
  return anonymous === true ? 'none, nor a token' : 'none';
}
