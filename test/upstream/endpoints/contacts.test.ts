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

/** The only row of a body, and what is reported of it from then on. */
function readOne(row: string) {
  const notes = recordPaths();
  const [contact, ...more] = readContactRows(bodyOf(row), notes);
  if (contact === undefined || more.length > 0) throw new Error('That is not one row.');
  return { contact, paths: notes.paths };
}

describe('rows that are written and read again', () => {
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
  ])('hold every value as it came: %s', (value) => {
    const { contacts, again: given } = again(`{"cid":"a","custom":{"value":${value},"other":1}}`);
    expect(wiresOf(given)).toStrictEqual(wiresOf(contacts));
    expect(wiresOf(given)).toStrictEqual([parseJson(Buffer.from(`{"cid":"a","custom":{"value":${value},"other":1}}`))]);
    expect(given[0]?.custom).toStrictEqual(contacts[0]?.custom);
  });

  test('hold prototype keys as data', () => {
    const { again: given } = again('{"cid":"a","custom":{"__proto__":{"polluted":1},"n":9007199254740993}}');
    expect(Object.entries(given[0]?.custom ?? {})).toEqual([
      ['__proto__', { polluted: 1 }],
      ['n', 9007199254740993n],
    ]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  test('keep what is absent apart from what is null, in their order, and what the gateway does not know', () => {
    const { again: given } = again('{"more":1,"cid":"a","language":null,"age":null},{"cid":"b"}');
    expect(wiresOf(given).map((wire) => Object.entries(Object(wire)))).toEqual([
      [
        ['more', 1],
        ['cid', 'a'],
        ['language', null],
        ['age', null],
      ],
      [['cid', 'b']],
    ]);
    expect(given.map(({ language, companyName }) => [language, companyName])).toEqual([
      [null, undefined],
      [undefined, undefined],
    ]);
  });

  test('are the same rows in the same order, and may be none', () => {
    const { again: given } = again('{"cid":"b"},{"cid":"a"},{"cid":"c"}');
    expect(given.map(({ cid }) => cid)).toEqual(['b', 'a', 'c']);
    expect(again('').again).toEqual([]);
  });
});

test.each(['', 'nonsense', 'null', '[]', '{}', '{"customers":null}', '{"customers":[null]}', '{"customers":[{}]}'])(
  '%j holds no rows',
  (text) => expect(() => readContactRows(Buffer.from(text))).toThrow(UpstreamBadResponse),
);

test('a policy without a name makes all of them null, reported when they are read; the contact stands', () => {
  const { contact, paths } = readOne(
    '{"cid":"a","firstName":"Ada","policies":[{"name":"privacy","accepted":true},{"accepted":true}]}',
  );
  expect([contact.cid, contact.firstName]).toEqual(['a', 'Ada']);
  expect(paths).toEqual([]);
  expect([contact.policies, contact.policies]).toEqual([null, null]);
  expect(paths).toEqual(['customers.policies.name', 'customers.policies']);
});

test('a policy with a bad answer keeps its name', () => {
  const { contact, paths } = readOne('{"cid":"a","policies":[{"name":"privacy","accepted":"yes"}]}');
  expect(contact.policies?.map(({ name, accepted }) => [name, accepted])).toEqual([['privacy', null]]);
  expect(paths).toEqual(['customers.policies.accepted']);
});

test('a contact shows nothing of anybody, by whatever shows an object', () => {
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
