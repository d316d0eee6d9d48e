import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { UpstreamBadResponse } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import { parseJson } from '../../../src/upstream/decode/json.ts';
import { toWireObject } from '../../../src/upstream/decode/row.ts';
import type { Contact } from '../../../src/upstream/endpoints/contact.ts';
import { readContactRows, serializeContactRows } from '../../../src/upstream/endpoints/contacts.ts';
import { recordPaths } from '../../support/reporter.ts';

const bodyOf = (rows: string) => Buffer.from(`{"status":"OK","customers":[${rows}],"sid":"s"}`);

/** The only row of a body, and the paths that are reported while it is read. */
function readOne(row: string) {
  const reporter = recordPaths();
  const [contact, ...more] = readContactRows(bodyOf(row), reporter);
  if (contact === undefined || more.length > 0) throw new Error('That is not one row.');
  return { contact, paths: reporter.paths };
}

describe('serialized contact rows are read back unchanged', () => {
  const again = (rows: string) => {
    const contacts = readContactRows(bodyOf(rows));
    return { contacts, again: readContactRows(serializeContactRows(contacts)) };
  };
  const wiresOf = (contacts: readonly Contact[]) => contacts.map(toWireObject);

  test.each([
    '9007199254740993',
    '-123456789012345678901234567890',
    '1e300',
    '1.152921504606847e18',
    '1e21',
    '1.7976931348623157e308',
    '5e-324',
    '9007199254740991',
    '-1234567890123456',
    '0.1234567890123456789',
    'null',
    'true',
    '"9007199254740993"',
    '"[1234567890123456,\\ud800\\u2028\\"\\\\"',
    '[12345678901234567890,[[]],{}]',
    '{"__proto__":{"x":1},"constructor":"c","toJSON":"t","1":[],"0":{"__proto__":null}}',
    '{"__proto__":9007199254740993}',
  ])('a serialized row keeps the value %s unchanged', (value) => {
    const { contacts, again: restored } = again(`{"cid":"a","custom":{"value":${value},"other":1}}`);
    expect(wiresOf(restored)).toStrictEqual(wiresOf(contacts));
    expect(wiresOf(restored)).toStrictEqual([
      parseJson(Buffer.from(`{"cid":"a","custom":{"value":${value},"other":1}}`)),
    ]);
    expect(restored[0]?.custom).toStrictEqual(contacts[0]?.custom);
  });

  test('a serialized row keeps prototype keys as data', () => {
    const { again: restored } = again('{"cid":"a","custom":{"__proto__":{"polluted":1},"n":9007199254740993}}');
    expect(Object.entries(restored[0]?.custom ?? {})).toEqual([
      ['__proto__', { polluted: 1 }],
      ['n', 9007199254740993n],
    ]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('a serialized row keeps the difference between absent and null, the order of its fields, and unknown fields', () => {
    const { again: restored } = again('{"more":1,"cid":"a","language":null,"age":null},{"cid":"b"}');
    expect(wiresOf(restored).map((wire) => Object.entries(Object(wire)))).toEqual([
      [
        ['more', 1],
        ['cid', 'a'],
        ['language', null],
        ['age', null],
      ],
      [['cid', 'b']],
    ]);
    expect(restored.map(({ language, companyName }) => [language, companyName])).toEqual([
      [null, undefined],
      [undefined, undefined],
    ]);
  });

  test('serialized rows keep their order, and an empty list is allowed', () => {
    const { again: restored } = again('{"cid":"b"},{"cid":"a"},{"cid":"c"}');
    expect(restored.map(({ cid }) => cid)).toEqual(['b', 'a', 'c']);
    expect(again('').again).toEqual([]);
  });
});

test.each(['', 'nonsense', 'null', '[]', '{}', '{"customers":null}', '{"customers":[null]}', '{"customers":[{}]}'])(
  'a body of %j is an UpstreamBadResponse',
  (text) => expect(() => readContactRows(Buffer.from(text))).toThrow(UpstreamBadResponse),
);

test('a policy without a name is skipped and is reported once, when the policies are read, and the other fields are unaffected', () => {
  const { contact, paths } = readOne(
    '{"cid":"a","firstName":"Ada","policies":[{"name":"privacy","accepted":true},{"accepted":true}]}',
  );
  expect([contact.cid, contact.firstName]).toEqual(['a', 'Ada']);
  expect(paths).toEqual([]);
  const names = () => contact.policies?.map(({ name }) => name);
  expect([names(), names()]).toEqual([['privacy'], ['privacy']]);
  expect(paths).toEqual(['customers.policies.name']);
});

test('a policy whose acceptance is invalid keeps its name', () => {
  const { contact, paths } = readOne('{"cid":"a","policies":[{"name":"privacy","accepted":"yes"}]}');
  expect(contact.policies?.map(({ name, accepted }) => [name, accepted])).toEqual([['privacy', null]]);
  expect(paths).toEqual(['customers.policies.accepted']);
});

test('no common way of printing an object reveals the data of a contact', () => {
  const texts = ['title', 'firstName', 'lastName', 'zipCode', 'username', 'personalId', 'picture', 'companyName'];
  const { contact } = readOne(
    JSON.stringify({
      ...Object.fromEntries(texts.map((name) => [name, `canary ${name}`])),
      cid: 'canary-cid',
      email: 'canary@example.com',
      phone: '+14155552671',
      birthDate: '1980-02-29',
      age: 4711,
      custom: { canary: 'canary' },
      policies: [{ name: 'canary', accepted: true }],
      extId: { id: 'canary' },
      document: { number: 'canary' },
      gender: 'canary',
    }),
  );
  const { cid, firstName, email, phone, birthDate, age, custom, policies, extId, document, gender } = contact;
  expect([cid, firstName, email, phone, birthDate, age, gender]).toEqual([
    ...['canary-cid', 'canary firstName', 'canary@example.com', '+14155552671', '1980-02-29', 4711, null],
  ]);
  expect([custom?.['canary'], policies?.[0]?.name, extId?.id, document?.number]).toEqual(Array(4).fill('canary'));
  const logged: string[] = [];
  createLog('info', { write: (line: string) => void logged.push(line) }).info({ contact, rows: [contact, document] });
  expect(logged).toHaveLength(1);
  const shown = [JSON.stringify(contact), inspect(contact, { depth: 9, showHidden: true }), JSON.stringify(extId)];
  for (const line of [...shown, ...logged]) expect(line).not.toMatch(/canary|4155552671|1980-02|4711/);
});
