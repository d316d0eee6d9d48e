import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { type ClientRequest, type Edge, type Refusal, startEdge } from './support/edge.ts';
import { accelerators, execute, invalid, type RefusedRequest, times, tooLarge } from './support/refusals.ts';
import { recordRow } from './support/row.ts';

const branches = 'events { totalCount } devices { totalCount } accountings { totalCount }';
/** Reads 100 contacts for each alias, none of them twice. */
function nodes(aliases: number): ClientRequest {
  const names = Array.from({ length: aliases }, (_, n) => `v${n}`);
  const idOf = (alias: number, n: number) => btoa(`Contact:c${alias}x${n}`);
  const lists = names.map((_, alias) => Array.from({ length: 100 }, (_, n) => idOf(alias, n)));
  const fields = names.map((name) => `${name}: nodes(ids: $${name}) { ... on Contact { ${branches} } }`);
  const query = `query (${names.map((name) => `$${name}: [ID!]!`).join()}) { ${fields.join(' ')} }`;
  return execute(query, Object.fromEntries(names.map((name, n) => [name, lists[n]])));
}

const badCursors = `{ contacts(first: 1000) { nodes { ${times(60, (n) => `a${n}: events(after: "x") { totalCount }`)} } } }`;
const withList = 'query ($list: [ID!]!) { nodes(ids: $list) { id } }';
const deep = `{"query":"${withList}","variables":{"list":${'['.repeat(490_000)}${']'.repeat(490_000)}}}`;
const manyKeys = Object.fromEntries(Array.from({ length: 60_000 }, (_, n) => [`canary${n}`, 1]));
const ordered =
  'query ($field: ContactOrderField!) { contacts(orderBy: {field: $field, direction: ASC}) { totalCount } }';
const paged = `query ($after: String) { contact(by: {cid: "${demo.contactId}"}) { events(after: $after) { totalCount } } }`;

const refused: Refusal = { status: [400, 413], codes: [...invalid.codes] };
/** A refusal of one field, which leaves the other fields of the answer as they are. */
const nulled: Refusal = { status: [200, 400, 413], codes: [...invalid.codes, 'CURSOR_INVALID'] };

/** Requests within the limits of their sizes that once took seconds of CPU, gigabytes or thousands of upstream calls. */
const attacks: RefusedRequest[] = [
  ['C6', '1,000 contacts with three branches', execute(`{ contacts(first: 1000) { nodes { ${branches} } } }`), refused],
  ['C6', '20 aliases of 100 ids with branches', nodes(20), refused],
  ['C6', '100 aliases of 100 ids with branches', nodes(100), refused],
  ['C6', '1,000 contacts with 60 branches and a bad cursor', execute(badCursors), refused],
  ['C7', 'a variable of 490,000 levels', { body: deep }, tooLarge],
  ['C7', 'a value of an enum of 890 kB', execute(ordered, { field: 'canary'.padEnd(890_000, 'x') }), refused],
  [
    'C7',
    'a variable of 60,000 keys',
    execute('query ($f: ContactFilter) { contacts(filter: $f) { totalCount } }', { f: manyKeys }),
    refused,
  ],
  ['C7', '330,000 ids', execute(withList, { list: Array(330_000).fill('a') }), refused],
  [
    'C4',
    '14 kB of overlapping fields',
    execute(`{ ${times(330, (n) => `a: contactExists(by: {cid: "${n}"})`)} }`),
    refused,
  ],
];

describe.each(accelerators)('a gateway in production with ACCELERATORS=%s', (setting) => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge({ ACCELERATORS: setting });
  });
  afterAll(() => edge.close());

  test.for(attacks)('%s: %s is refused without an upstream call', async ([row, sent, request, refusal], context) => {
    await edge.expectRefusal(context, row, sent, request, refusal);
  });

  test('C13: a cursor of 900 kB is refused without a call for its list', async (context) => {
    edge.emulator.control.clearLog();
    const { status, codes, cpuMs } = await edge.send(execute(paged, { after: 'canary'.padEnd(900_000, 'x') }));
    const calls = edge.emulator.control.counts().events;
    recordRow(context, { row: 'C13', sent: 'a cursor of 900 kB', status, code: String(codes[0]), calls, cpuMs });
    expect(codes.filter((code) => !nulled.codes.includes(String(code)))).toEqual([]);
    expect(codes).toHaveLength(1);
    expect(calls).toBe(0);
    await edge.expectAlive();
  });

  test('C20: a forged token costs one upstream call for an operation of many, and none when it is sent again', async (context) => {
    const claims = { sub: 'canary', exp: Math.floor(Date.now() / 1_000) + 3_600, iat: 0 };
    const forged = ['{"alg":"none"}', JSON.stringify(claims), 'x'].map((part) =>
      Buffer.from(part).toString('base64url'),
    );
    const query = `{ ${times(50, (n) => `a${n}: contactExists(by: {extId: "x${n}"})`)} }`;
    const request = { ...execute(query), headers: { authorization: `Bearer ${forged.join('.')}` } };
    edge.emulator.control.clearLog();
    const first = await edge.send(request);
    const calls = edge.emulator.control.calls().length;
    const again = await edge.send(request);
    const { status, cpuMs } = first;
    recordRow(context, {
      row: 'C20',
      sent: 'a forged token with 50 aliases',
      status,
      code: String(first.codes[0]),
      calls,
      cpuMs,
    });
    expect([first.codes[0], again.codes[0]]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect(calls).toBe(1);
    expect(edge.emulator.control.calls()).toHaveLength(1);
    await edge.expectAlive();
  });
});
