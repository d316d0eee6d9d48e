import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { schema } from '../../../src/schema/index.ts';
import type { TestGateway } from '../../support/gateway.ts';
import { ada, minimal, startWriting, userErrors } from '../../support/write-gateway.ts';

let stack: TestGateway;
beforeAll(async () => {
  stack = await startWriting();
});
beforeEach(() => stack.emulator.control.reset());
afterAll(() => stack.close());

/** By type: what no field of it takes, which the user is told of with its path. */
const unfit: Record<string, unknown> = {
  ...{ ID: '', String: '', Int: 0, Date: 'canary', DateTime: 'canary', EmailAddress: 'canary', PhoneNumber: 'canary' },
  ...{ CountryCode: 'canary', LanguageCode: 'canary', JSONObject: ['canary'] },
};
/** By type: what is no value of it at all, so that the request as a whole is refused. */
const foreign: Record<string, unknown> = { ID: ['canary'], String: ['canary'], Int: 'canary', Boolean: 'canary' };
const fit: Record<string, unknown> = {
  ...{ ID: ada, String: 'fit', Int: 1, Boolean: true },
  ...{ PoliciesInput: minimal.policies, UpdateContactInput: { id: ada, zipCode: 'fit' } },
};

type Field = { mutation: string; arg: string; type: GraphQLInputType; path: string[]; leaf: GraphQLInputType };

const fields = Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap(({ name: mutation, args }) =>
  args.flatMap(({ name: arg, type }) =>
    leavesOf(type).map(({ path, leaf }): Field => ({ mutation, arg, type, path: [arg, ...path], leaf })),
  ),
);
const title = ({ mutation, path, leaf }: Field) => `${mutation}: ${path.join('.')} as ${leaf}`;
const told = fields.filter(({ leaf }) => getNamedType(leaf).name in unfit);

describe('what does not fit is told with its path, and nothing is sent', () => {
  test.each(told.map((field) => [title(field), field] as const))('%s', async (_, field) => {
    const { data, errors } = await send(field, unfit[getNamedType(field.leaf).name]);
    expect(errors).toEqual([]);
    const payload = field.path[1] === '0' ? data[field.mutation].results[0] : data[field.mutation];
    expect(payload.userErrors).toEqual([{ code: 'INVALID', message: expect.stringMatching(/\.$/), field: field.path }]);
  });
});

const refused = fields.filter(({ leaf }) => getNamedType(leaf).name in foreign || isEnumType(getNamedType(leaf)));

describe('what is no value of its type is refused with the whole request, and nothing is sent', () => {
  test.each(refused.map((field) => [title(field), field] as const))('%s', async (_, field) => {
    const { data, errors } = await send(field, foreign[getNamedType(field.leaf).name] ?? 'CANARY');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });
});

test('no field of a mutation is of a type for which this knows nothing that does not fit', () => {
  expect(fields.length).toBeGreaterThan(100);
  expect(fields.filter((field) => !told.includes(field) && !refused.includes(field)).map(title)).toEqual([]);
});

/** Sends a mutation with everything that is required, and one value that is wrong. */
async function send({ mutation, arg, type, path }: Field, wrong: unknown) {
  const before = stack.emulator.contacts();
  const payload = isListType(isNonNullType(type) ? type.ofType : type) ? `results { ${userErrors} }` : userErrors;
  const answer = await stack.query(`mutation ($given: ${type}) { ${mutation}(${arg}: $given) { ${payload} } }`, {
    given: wrongAt(type, path.slice(1), wrong),
  });
  expect(stack.emulator.control.calls()).toEqual([]);
  expect(stack.emulator.contacts()).toBe(before);
  expect((answer.text + stack.logged.join('')).toLowerCase()).not.toContain('canary');
  return answer;
}

/** Everything that can be given, with the first of each list. */
function leavesOf(type: GraphQLInputType): { path: string[]; leaf: GraphQLInputType }[] {
  if (isNonNullType(type)) return leavesOf(type.ofType);
  const below = isListType(type)
    ? [['0', type.ofType] as const]
    : isInputObjectType(type)
      ? Object.values(type.getFields()).map((field) => [field.name, field.type] as const)
      : undefined;
  if (below === undefined) return [{ path: [], leaf: type }];
  return below.flatMap(([name, inner]) => leavesOf(inner).map(({ path, leaf }) => ({ path: [name, ...path], leaf })));
}

/** A value of a type: wrong at the end of the path, and beside it what is required. */
function wrongAt(type: GraphQLInputType, path: readonly string[], wrong: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return wrong;
  if (isNonNullType(type)) return wrongAt(type.ofType, path, wrong);
  if (isListType(type)) return [wrongAt(type.ofType, rest, wrong)];
  const object = type as GraphQLInputObjectType; // nothing else has paths
  const field = object.getFields()[name];
  if (field === undefined) throw new Error(`${object.name} has no ${name}`);
  return { ...(fitting(object) as object), [name]: wrongAt(field.type, rest, wrong) };
}

function fitting(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return fitting(type.ofType);
  if (getNamedType(type).name in fit) return fit[getNamedType(type).name];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) throw new Error(`What fits ${type}?`);
  const required = Object.values(type.getFields()).filter(({ type }) => isNonNullType(type));
  return Object.fromEntries(required.map((field) => [field.name, fitting(field.type)]));
}
