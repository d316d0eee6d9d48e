// Times and dates that do not exist, or that are none: the upstream's are null and counted in the log, a client's are refused
// without an upstream call, and a list with some of them loses no row.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { begin, byCreation, expectedOf, readAllPages, rowsOf } from '../pagination/support/single-list.ts';
import { type Stack, startStack } from '../pagination/support/stack.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
let stack: Stack;
beforeAll(async () => {
  gateway = await startGateway({ emulator: { contacts: 20, edgeCases: false } });
  stack = await startStack();
});
beforeEach(() => gateway.emulator.control.reset());
afterAll(async () => {
  await gateway.close();
  await stack.close();
});

const impossible = [
  ...['2026-02-31T10:00:00Z', '2026-02-29T10:00:00Z', '2026-04-31T10:00:00', '2026-13-01T10:00:00Z'],
  ...['2026-01-01T25:61:00Z', '2026-01-01T24:00:00Z', '2016-12-31T23:59:60Z', '2026-01-01T10:00:00+25:00'],
  ...['2026-01-01T10:00Z', '2026-01-01', '0000-00-00T00:00:00Z', 'yesterday', '1767225600', '1767225600000', ' '],
  ...[1767225600, 1767225600000, true, {}, []],
];

const contactTimes = { created: 'createdAt', modified: 'modifiedAt', lastLogin: 'lastLoginAt' };

describe.each(impossible.map((value) => [JSON.stringify(value), value]))('the impossible time %s', (_, value) => {
  const kind = typeof value === 'object' ? (Array.isArray(value) ? 'array' : 'object') : typeof value;

  test('an impossible time, date or birthday of a contact is null and counted, and its value is not in the log', async () => {
    const { cid } = gateway.emulator.insert({
      ...Object.fromEntries(Object.keys(contactTimes).map((name) => [name, value])),
      ...{ birthDate: value === '2026-01-01' ? '2026-02-29' : value, birthDay: value },
      metrics: { lastVisitDateUtc: value, lastVisitDateBusiness: value === '2026-01-01' ? '2026-02-29' : value },
    });
    const fields = `${Object.values(contactTimes).join(' ')} birthDate birthDay metrics { lastVisitAt lastVisitBusinessDate }`;
    const { data, errors } = await gateway.query(`{ contact(by: {cid: "${cid}"}) { ${fields} } }`);
    expect(errors).toEqual([]);
    expect(data.contact).toEqual({
      ...{ createdAt: null, modifiedAt: null, lastLoginAt: null, birthDate: null, birthDay: null },
      metrics: { lastVisitAt: null, lastVisitBusinessDate: null },
    });
    const names = ['created', 'modified', 'lastLogin', 'birthDate', 'birthDay', 'metrics.lastVisitDateUtc'];
    const line = gateway.logged.at(-1) ?? '{}';
    const expected = [...names, 'metrics.lastVisitDateBusiness'].map((name) => [`customer.${name}`, { [kind]: 1 }]);
    expect(JSON.parse(line).undecodable).toEqual(Object.fromEntries(expected));
    if (typeof value === 'string' && value !== ' ') expect(line).not.toContain(value);
  });

  test.each([
    [
      'events',
      'nodes { occurredAt occurredAtLocal ... on VisitEvent { startedAt } }',
      ['occurredAt', 'occurredAtLocal', 'startedAt'],
    ],
    ['devices', 'nodes { lastConnectedAt }', ['lastConnectedAt']],
    ['accountings', 'nodes { startedAt stoppedAt }', ['startedAt', 'stoppedAt']],
  ])(
    'an impossible time in the %s of a contact is null, and its row stays in the list',
    async (branch, selection, names) => {
      const row = {
        ...{ id: 'a', macAddress: 'AA-BB-CC-DD-EE-FF', lastConnection: value, startAt: value, stopAt: value },
        ...{ event: { type: 'visit', id: 'a' }, when: { createdAt: value, createdAtLocal: value } },
        visit: { startAt: value, startAtLocal: value },
      };
      const body = JSON.stringify({ status: 'OK', [branch]: [row] });
      gateway.emulator.control.fault({ path: `/${branch}`, kind: 'body', contentType: 'application/json', body });
      const { data, errors } = await gateway.query(
        `{ contact(by: {cid: "${demo.contactId}"}) { ${branch} { ${selection} } } }`,
      );
      expect(errors).toEqual([]);
      expect(data.contact[branch].nodes).toEqual([Object.fromEntries(names.map((name) => [name, null]))]);
      expect(Object.values(JSON.parse(gateway.logged.at(-1) ?? '{}').undecodable)).toEqual(
        names.map(() => ({ [kind]: 1 })),
      );
    },
  );

  // A day is no time, and the bound of a range may be one.
  test.each(value === '2026-01-01' ? [] : ['createdFrom', 'createdTo', 'modifiedFrom', 'modifiedTo'])(
    'an impossible time as %s of a filter is refused without an upstream call, and the error does not quote it',
    async (name) => {
      const query = 'query ($filter: ContactFilter) { contacts(first: 1, filter: $filter) { totalCount } }';
      const { data, errors, text } = await gateway.query(query, { filter: { [name]: value } });
      expect(data?.contacts ?? null).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      if (typeof value === 'string' && value !== ' ') expect(text).not.toContain(value);
      expect(gateway.emulator.control.calls()).toEqual([]);
    },
  );
});

test.each(['2026-01-01T10:00:00', '2026-01-01 10:00:00', '2026-01-01 10:00:00 +0000'])(
  'the time %s is refused in a filter, because it has no offset as in RFC 3339',
  async (createdFrom) => {
    const query = 'query ($at: DateTime) { contacts(first: 1, filter: {createdFrom: $at}) { totalCount } }';
    const { errors } = await gateway.query(query, { at: createdFrom });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(gateway.emulator.control.calls()).toEqual([]);
  },
);

test.each(['ASC', 'DESC'] as const)(
  'a list in the order of time %s returns each row once when a third of the rows has an impossible time',
  async (direction) => {
    const list = byCreation(direction);
    const created = (index: number) => `2026-01-01T00:00:${60 + index}Z`;
    const rows = rowsOf(60, 3).map((row, index) => (index % 3 === 0 ? { ...row, created: created(index) } : row));
    for (const size of [1, 4, 7, 25]) {
      await begin(stack, rows);
      expect((await readAllPages(stack, list, size)).cids).toEqual(expectedOf(stack, list));
    }
  },
);

test('a time of a filter is not rounded to a second after the year 9999, which the upstream could not read', async () => {
  const { errors } = await gateway.query(
    '{ contacts(first: 1, filter: {createdFrom: "9999-12-31T23:59:59.999Z"}) { totalCount } }',
  );
  expect(errors).toEqual([]);
  expect(gateway.emulator.control.calls().at(-1)?.path).toContain('createdStart=9999-12-31T23%3A59%3A59Z');
});
