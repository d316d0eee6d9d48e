// One set of values for each scalar and enum, both ways: whatever the upstream sends, each value that the graph returns is
// accepted as an input of its type and comes back equal; everything else is null and reported.
import fc from 'fast-check';
import {
  type GraphQLOutputType,
  getNamedType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { decodeNodeId } from '../../src/resolvers/input/global-id.ts';
import { parseId } from '../../src/resolvers/input/upstream-id.ts';
import { schema } from '../../src/schema/index.ts';
import * as fields from '../../src/upstream/decode/fields.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { oddValue } from '../support/odd-values.ts';
import { recordPaths } from '../support/reporter.ts';
import { selectAll } from '../support/select-all.ts';
import { idOf } from '../support/write-gateway.ts';
import { answers } from './odd-answers.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ emulator: { contacts: 20, edgeCases: false } });
});
beforeEach(() => gateway.emulator.control.reset());
afterAll(() => gateway.close());

describe('whatever the upstream sends', () => {
  const seen = new Set<string>();

  test('each value of the graph is accepted as an input of its type and comes back equal', async () => {
    const query = `{ contact(by: {cid: "${demo.contactId}"}) ${selectAll(schema, 'Contact')} }`;
    await fc.assert(
      fc.asyncProperty(answers, async ({ customer, ...branches }) => {
        gateway.emulator.control.clearFaults();
        for (const [name, value] of Object.entries(branches)) respond(`/${name}`, name, value);
        respond(demo.contactId, 'customer', customer);
        const { data, errors } = await gateway.query(query);
        // A list of nothing but unreadable rows is an error of its branch.
        for (const { extensions } of errors) expect(extensions['code']).toBe('UPSTREAM_BAD_RESPONSE');
        checkLeaves(schema.getType('Contact') as GraphQLOutputType, data.contact, 'contact');
      }),
      { numRuns: 150 },
    );
  });

  test('the values that the graph returned had each scalar and each enum of a contact', () => {
    const names = ['DateTime', 'LocalDateTime', 'Date', 'EmailAddress', 'PhoneNumber', 'CountryCode', 'LanguageCode'];
    const enums = ['Gender', 'CivilStatus', 'DoubleOptIn', 'SignupMethod', 'ContactEventType'];
    const builtIn = ['ByteCount', 'JSONObject', 'ID', 'String', 'Int', 'Float', 'Boolean'];
    expect([...names, ...enums, ...builtIn].filter((name) => !seen.has(name))).toEqual([]);
    const scalars = Object.values(schema.getTypeMap()).filter(isScalarType);
    // A password is input only.
    expect(scalars.map(({ name }) => name).filter((name) => !seen.has(name))).toEqual(['Password']);
  });

  function checkLeaves(type: GraphQLOutputType, value: unknown, path: string): void {
    if (value === null || value === undefined) return;
    if (isNonNullType(type)) checkLeaves(type.ofType, value, path);
    else if (isListType(type)) {
      for (const each of value as unknown[]) checkLeaves(type.ofType, each, path);
    } else if (isLeafType(type)) {
      seen.add(type.name);
      if (type.name === 'ID') checkId(String(value));
      else expect(roundTrip(type, value), path).toEqual(value);
    } else {
      const object = value as Record<string, unknown>;
      const own = schema.getType(String(object['__typename']));
      if (!isObjectType(own)) throw new Error(`${path} has no type`);
      for (const [key, inner] of Object.entries(object)) {
        if (key === '__typename') continue;
        const field = own.getFields()[key.startsWith(`${own.name}_`) ? key.slice(own.name.length + 1) : key];
        if (field === undefined) throw new Error(`${path}.${key} is no field`);
        checkLeaves(field.type, inner, `${path}.${key}`);
      }
    }
  }
});

/** Returns what the graph makes of a value that it has accepted as an input. */
function roundTrip(type: GraphQLOutputType, value: unknown): unknown {
  const leaf = getNamedType(type);
  if (!isEnumType(leaf) && !isScalarType(leaf)) throw new Error(`${leaf} has no values`);
  const input = leaf.coerceInputValue(value);
  if (input instanceof Error) throw input;
  return leaf.coerceOutputValue(input instanceof Date ? input.toISOString() : input);
}

function checkId(value: string): void {
  try {
    parseId(value);
  } catch {
    // The ids of rows are keys for client caches, which no input takes.
    if (!/^(?:Device|Accounting|\w+Event):./.test(Buffer.from(value, 'base64').toString())) decodeNodeId(value);
  }
}

function respond(path: string, name: string, value: unknown): void {
  const body = JSON.stringify({ status: 'OK', [name]: value });
  gateway.emulator.control.fault({ path, kind: 'body', contentType: 'application/json', body });
}

const { undecodable: _undecodable, optional: _optional, oneOf, ...decoders } = fields;

test.each(Object.entries({ ...decoders, oneOf: oneOf(['Mr', 'qr_code']) }))(
  'the decoder %s returns null for null and an empty text only, so that every other value that it does not return is reported',
  (_, decode) => {
    fc.assert(
      fc.property(oddValue, (value) => {
        const read = (decode as fields.FieldDecoder<unknown>)(value, recordPaths(), 'value');
        if (read == null) expect(value ?? '').toBe('');
      }),
    );
  },
);

test.each([
  [{ email: 'ñandú@exämple.com' }, { email: 'ñandú@exämple.com' }],
  [{ email: '用户@例子.广告' }, { email: '用户@例子.广告' }],
  [{ email: 'ada..lovelace@localhost' }, { email: 'ada..lovelace@localhost' }],
  [{ country: 'UK' }, { country: 'GB' }],
  [{ country: 'el' }, { country: 'GR' }],
  [{ country: 'xk' }, { country: 'XK' }],
  [{ language: 'en-GB' }, { language: 'en' }],
  [{ language: 'DE' }, { language: 'de' }],
  [{ gender: 'F' }, { gender: 'FEMALE' }],
  [{ gender: 'MALE' }, { gender: 'MALE' }],
  [{ civilStatus: 'LADY' }, { civilStatus: 'LADY' }],
  [{ doubleOptin: 'CONFIRMED' }, { doubleOptIn: 'CONFIRMED' }],
  [{ phone: '390501234567' }, { phone: '+390501234567' }],
  [{ birthDate: '2024-02-29' }, { birthDate: '2024-02-29' }],
  [{ custom: { exact: 2 ** 53 - 1, tiny: 1e-9 } }, { custom: { exact: 2 ** 53 - 1, tiny: 1e-9 } }],
])('a contact with %j can be written as it was read', async (stored, expected) => {
  const { cid } = gateway.emulator.insert(stored);
  const [name = ''] = Object.keys(expected);
  const before = await gateway.query(`{ contact(by: {cid: "${cid}"}) { ${name} } }`);
  expect(before.data.contact).toEqual(expected);
  const update = `mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { ${name} } userErrors { code } } }`;
  const { data } = await gateway.query(update, { input: { id: idOf(cid), ...before.data.contact } });
  expect(data.updateContact).toEqual({ contact: expected, userErrors: [] });
});

test.each([
  [{ country: 'XX' }, 'country'],
  [{ country: 'GBR' }, 'country'],
  [{ language: 'klingon' }, 'language'],
  [{ email: 'absent' }, 'email'],
  [{ email: 'a@b@c' }, 'email'],
  [{ gender: 'x' }, 'gender'],
  [{ civilStatus: 'Dr' }, 'civilStatus'],
  [{ signupMethod: 'telepathy' }, 'signupMethod'],
  [{ locationCid: 'a,b' }, 'locationCid'],
])(
  'a contact with %j, which is not valid as an input, has null in that field, and the log counts the value',
  async (stored, name) => {
    const { cid } = gateway.emulator.insert(stored);
    const { data, errors } = await gateway.query(`{ contact(by: {cid: "${cid}"}) { ${name} } }`);
    expect([data.contact[name], errors]).toEqual([null, []]);
    expect(JSON.parse(gateway.logged.at(-1) ?? '{}').undecodable).toEqual({ [`customer.${name}`]: { string: 1 } });
  },
);

test('a whole number beyond 2^53 in custom attributes is returned as a text, which is accepted and comes back equal', async () => {
  const body = `{"status":"OK","customer":{"cid":"${demo.contactId}","custom":{"n":9007199254740993,"e":1e300}}}`;
  gateway.emulator.control.fault({ path: demo.contactId, kind: 'body', contentType: 'application/json', body });
  const { data } = await gateway.query(`{ contact(by: {cid: "${demo.contactId}"}) { custom } }`);
  expect(data.contact.custom).toEqual({ n: '9007199254740993', e: '1e+300' });
  const update =
    'mutation ($input: UpdateContactInput!) { updateContact(input: $input) { contact { custom } userErrors { code } } }';
  const written = await gateway.query(update, { input: { id: idOf(demo.contactId), ...data.contact } });
  expect(written.data.updateContact).toEqual({ contact: data.contact, userErrors: [] });
});
