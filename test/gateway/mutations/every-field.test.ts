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

/** By type: a value that fails the validation of each field of this type, which is a user error with the path of the field. */
const invalidByType: Record<string, unknown> = {
  ...{ ID: '', String: '', Int: 0, Date: 'canary', DateTime: 'canary', EmailAddress: 'canary', PhoneNumber: 'canary' },
  ...{ CountryCode: 'canary', LanguageCode: 'canary', JSONObject: ['canary'], Password: '' },
};
/** By type: a value of another type, for which the whole request is refused. */
const wronglyTyped: Record<string, unknown> = { ID: ['canary'], String: ['canary'], Int: 'canary', Boolean: 'canary' };
const validByType: Record<string, unknown> = {
  ...{ ID: ada, String: 'fit', Int: 1, Boolean: true, Password: 'fit', StartContactSessionInput: { token: 'fit' } },
  ...{ PoliciesInput: minimal.policies, CreateContactInput: minimal, UpdateContactInput: { id: ada, zipCode: 'fit' } },
  RegisterContactDeviceInput: { id: ada, device: { os: 'fit' } },
};

type Field = { mutation: string; arg: string; type: GraphQLInputType; path: string[]; leaf: GraphQLInputType };

const fields = Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap(({ name: mutation, args }) =>
  args.flatMap(({ name: arg, type }) =>
    leavesOf(type).map(({ path, leaf }): Field => ({ mutation, arg, type, path: [arg, ...path], leaf })),
  ),
);
const title = ({ mutation, path, leaf }: Field) => `${mutation}: ${path.join('.')} as ${leaf}`;
const validated = fields.filter(({ leaf }) => getNamedType(leaf).name in invalidByType);

describe('an invalid value of a mutation is a user error with the path of its field, without an upstream call', () => {
  test.each(validated.map((field) => [title(field), field] as const))(
    'an invalid value is a user error with its path: %s',
    async (_, field) => {
      const { data, errors } = await send(field, invalidByType[getNamedType(field.leaf).name]);
      expect(errors).toEqual([]);
      const payload = field.path[1] === '0' ? data[field.mutation].results[0] : data[field.mutation];
      expect(payload.userErrors).toEqual([
        {
          code: expect.stringMatching(/^(?:TOO_SHORT|FORMAT|OUT_OF_RANGE)$/),
          message: expect.stringMatching(/\.$/),
          field: field.path,
        },
      ]);
    },
  );
});

const typeChecked = fields.filter(
  ({ leaf }) => getNamedType(leaf).name in wronglyTyped || isEnumType(getNamedType(leaf)),
);

describe('a value of another type refuses the whole request, without an upstream call', () => {
  test.each(typeChecked.map((field) => [title(field), field] as const))(
    'a value of another type refuses the request: %s',
    async (_, field) => {
      const { data, errors } = await send(field, wronglyTyped[getNamedType(field.leaf).name] ?? 'CANARY');
      expect(data).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    },
  );
});

test('these tests have an invalid value for the type of each field of each mutation', () => {
  expect(fields.length).toBeGreaterThan(100);
  expect(fields.filter((field) => !validated.includes(field) && !typeChecked.includes(field)).map(title)).toEqual([]);
});

/** Sends a mutation with all required fields and one wrong value. */
async function send({ mutation, arg, type, path }: Field, wrong: unknown) {
  const before = stack.emulator.contacts();
  const payload = isListType(isNonNullType(type) ? type.ofType : type) ? `results { ${userErrors} }` : userErrors;
  const answer = await stack.query(`mutation ($value: ${type}) { ${mutation}(${arg}: $value) { ${payload} } }`, {
    value: wrongAt(type, path.slice(1), wrong),
  });
  expect(stack.emulator.control.calls()).toEqual([]);
  expect(stack.emulator.contacts()).toBe(before);
  expect((answer.text + stack.logged.join('')).toLowerCase()).not.toContain('canary');
  return answer;
}

/** The paths and types of all leaf fields of an input type, with the first item of each list. */
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

/** A value of a type with the wrong value at the end of the path and all required fields beside it. */
function wrongAt(type: GraphQLInputType, path: readonly string[], wrong: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return wrong;
  if (isNonNullType(type)) return wrongAt(type.ofType, path, wrong);
  if (isListType(type)) return [wrongAt(type.ofType, rest, wrong)];
  const object = type as GraphQLInputObjectType; // Only input objects have fields.
  const field = object.getFields()[name];
  if (field === undefined) throw new Error(`${object.name} has no ${name}`);
  // A session is started with a token or with credentials.
  return { ...(name === 'credentials' ? {} : (fitting(object) as object)), [name]: wrongAt(field.type, rest, wrong) };
}

function fitting(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return fitting(type.ofType);
  if (getNamedType(type).name in validByType) return validByType[getNamedType(type).name];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (!isInputObjectType(type)) throw new Error(`There is no valid value for ${type}.`);
  const required = Object.values(type.getFields()).filter(({ type }) => isNonNullType(type));
  return Object.fromEntries(required.map((field) => [field.name, fitting(field.type)]));
}
