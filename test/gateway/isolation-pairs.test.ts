import { afterAll, beforeAll, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { globalId } from '../support/contact-queries.ts';
import { type Principal, type Principals, startPrincipals } from '../support/principals.ts';

const shared = 'same@example.com';
const sideBySide = 20;

let all: Principals;
beforeAll(async () => {
  all = await startPrincipals({ contacts: 20, secondContacts: 20 });
  for (const { organizationId, marks } of tenants()) {
    for (const { cid } of all.emulator.contacts(organizationId)) {
      all.emulator.update(cid, { firstName: marks, lastName: marks });
    }
    all.emulator.control.appSettings(organizationId, 'ios_com.example.same', { wpa2: { ssid: marks } });
    all.emulator.insert({ email: shared, firstName: marks, lastName: marks, extId: { id: marks } }, organizationId);
  }
});
afterAll(() => all.close());

function tenants() {
  const { manager, second } = all.emulator.clients;
  return [
    { organizationId: manager.organizationId, marks: 'ours' },
    { organizationId: second.organizationId, marks: 'theirs' },
  ];
}

/** Both callers send the same texts, so a cache key without the caller would give one caller the response of the other. */
const queries = [
  `{ contact(by: {email: "${shared}"}) { firstName lastName } }`,
  `{ contactsExist(by: [{email: "${shared}"}]) { exists cid extId } }`,
  '{ contacts(first: 2) { totalCount nodes { firstName } pageInfo { startCursor } } }',
  '{ contacts(first: 3, orderBy: {field: CREATED, direction: ASC}) { nodes { firstName companyName } } }',
  '{ contacts(last: 2) { nodes { lastName } } }',
  `{ contact(by: {cid: "${demo.contactId}"}) { firstName devices(first: 1) { nodes { os } } } }`,
  `{ nodes(ids: ["${globalId('Contact', demo.contactId)}"]) { ... on Contact { firstName } } }`,
];

/** Queries that also need a scope of the organization. */
const organizationQueries = [
  ...queries,
  '{ organization { policies { key } wifiSettings(app: {os: "ios", bundle: "com.example.same"}) { wpa2Enterprise { ssid } } } }',
  '{ organization { events(first: 2) { nodes { type contact { firstName } } } } }',
];

type CheckedAnswer = { answer: string; foreign: RegExp };

// The marks are searched with their quotes: an encrypted cursor may contain any letters.
/** Sends pairs of queries concurrently, and counts the answers that contain data of the other caller. */
async function interleave(
  pairs: number,
  sendPair: (query: string, round: number) => Promise<CheckedAnswer[]>,
  from: readonly string[] = queries,
): Promise<number> {
  let foreign = 0;
  let round = 0;
  const work = async () => {
    while (round < pairs) {
      const current = round++;
      const answers = await sendPair(from[current % from.length] ?? '', current);
      foreign += answers.filter(({ answer, foreign }) => foreign.test(answer)).length;
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
  return foreign;
}

/** Sends the same query for two callers. The first one alternates, because its response is the one that would be cached. */
async function queryBoth(one: Principal, other: Principal, query: string, round: number): Promise<[string, string]> {
  if (round % 2 === 1) return swap(await queryBoth(other, one, query, 0));
  const [first, second] = await Promise.all([one.query(query), other.query(query)]);
  return [first.text, second.text];
}

function swap<T>([one, other]: [T, T]): [T, T] {
  return [other, one];
}

test('10,000 pairs of identical queries of two organizations get no byte of each other', async () => {
  const [ours, theirs] = [all.principal('manager'), all.principal('second')];
  let answered = 0;
  const foreign = await interleave(
    10_000,
    async (query, round) => {
      const [our, their] = await queryBoth(ours, theirs, query, round);
      if (our.includes('"ours"')) answered++;
      return [
        { answer: our, foreign: /"theirs"|"errors"/ },
        { answer: their, foreign: /"ours"|"errors"/ },
      ];
    },
    organizationQueries,
  );
  expect({ foreign, answered }).toEqual({ foreign: 0, answered: 10_000 });
}, 600_000);

/** The events of an organization, from the start and from a cursor, whose scroll sessions have the same ids of pages. */
const eventQueries = [
  '{ organization { events(first: 3) { nodes { contactId contact { firstName } } pageInfo { endCursor } } } }',
  '{ organization { events(first: 2, types: [SIGNUP], orderBy: {direction: ASC}) { nodes { contact { lastName } } } } }',
];

test('2,000 pairs of identical queries for the events of two organizations get no byte of each other', async () => {
  const [ours, theirs] = [all.principal('manager'), all.principal('second')];
  let answered = 0;
  const foreign = await interleave(
    2_000,
    async (query, round) => {
      const [our, their] = await queryBoth(ours, theirs, query, round);
      if (our.includes('"ours"')) answered++;
      return [
        { answer: our, foreign: /"theirs"|"errors"/ },
        { answer: their, foreign: /"ours"|"errors"/ },
      ];
    },
    eventQueries,
  );
  expect({ foreign, answered }).toEqual({ foreign: 0, answered: 2_000 });
}, 300_000);

test.each([
  // The gateway refuses a caller with known scopes; the upstream alone refuses one with unknown scopes.
  ['known to the gateway', 2_000, { scopes: ['customer_read'] }, { scopes: ['customer_write'] }],
  ['known only to the upstream', 300, { scopes: undefined }, { scopes: undefined }],
] as const)(
  'a caller without the scope to read, %s, gets no byte of what another caller of the organization reads',
  async (_, pairs, reading, writing) => {
    const [reader, writer] = [all.principal('publicApp', reading), all.principal('writeOnly', writing)];
    let answered = 0;
    const foreign = await interleave(pairs, async (query, round) => {
      const [read, refused] = await queryBoth(reader, writer, query, round);
      if (read.includes('"ours"') && refused.includes('FORBIDDEN')) answered++;
      return [
        { answer: read, foreign: /"errors"/ },
        { answer: refused, foreign: /"ours"/ },
      ];
    });
    expect({ foreign, answered }).toEqual({ foreign: 0, answered: pairs });
  },
  180_000,
);
