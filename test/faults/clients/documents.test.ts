import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demo } from '../../../emulator/demo.ts';
import { type Edge, startEdge } from './support/edge.ts';
import { accelerators, execute, invalid, type RefusedRequest, times, tooLarge } from './support/refusals.ts';
import { recordRow } from './support/row.ts';

const fields = (levels: number, name = 'unknown') => execute(`${`{ ${name} `.repeat(levels)}${'}'.repeat(levels)}`);
const list = (levels: number) =>
  execute(`{ contacts(first: ${'['.repeat(levels)}${']'.repeat(levels)}) { totalCount } }`);
const aliases = (count: number) => execute(`{ ${times(count, (n) => `a${n}: __typename`)} }`);
const directives = (name: string) => execute(`{ __typename ${`@${name}(if: false) `.repeat(700)} }`);
const cycle = (count: number) =>
  execute(`{ viewer { ...F0 } } ${times(count, (n) => `fragment F${n} on Viewer { ...F${(n + 1) % count} }`)}`);
const unmergeable = `{ ${times(300, (n) => `contact(by: {cid: "canary${n}"}) { cid }`)} }`;
const unused = `{ __typename } ${times(400, (n) => `fragment F${n} on Viewer { scopes }`)}`;

const refused: RefusedRequest[] = [
  ['C1', 'fields of 50 levels', fields(50), invalid],
  ['C1', 'fields of 2,000 levels', fields(2_000, 'a'), invalid],
  ['C1', 'fields of 20,000 levels', fields(20_000), tooLarge],
  ['C1', 'a list of 7,000 levels', list(7_000), invalid],
  ['C1', 'a list of 50,000 levels', list(50_000), tooLarge],
  ['C2', '10,000 aliases', aliases(10_000), tooLarge],
  ['C2', '50,000 aliases, which fit into a body', aliases(50_000), tooLarge],
  ['C4', '700 directives of one field', directives('skip'), invalid],
  ['C4', '700 unknown directives of one field', directives('unknown'), invalid],
  ['C4', '1,500 unknown fields', execute(`{ ${times(1_500, (n) => `a${n.toString(36)}`)} }`), invalid],
  ['C4', '30,000 times the same field', execute(`{ ${'__typename '.repeat(30_000)} }`), tooLarge],
  ['C4', '300 fields that cannot be merged', execute(unmergeable), invalid],
  ['C5', 'a fragment that spreads itself', cycle(1), invalid],
  ['C5', 'a cycle of 300 fragments', cycle(300), invalid],
  ['C5', '400 unused fragments', execute(unused), invalid],
];

describe.each(accelerators)('a gateway in production with ACCELERATORS=%s', (setting) => {
  let edge: Edge;
  beforeAll(async () => {
    edge = await startEdge({ ACCELERATORS: setting });
  });
  afterAll(() => edge.close());

  test.for(refused)('%s: a document with %s is refused', async ([row, sent, request, refusal], context) => {
    await edge.expectRefusal(context, row, sent, request, refusal);
  });

  const bomb = (doublings: number) => {
    const fragments = times(doublings, (n) => `fragment F${n} on Contact { ...F${n + 1} ... { ...F${n + 1} } }`);
    const last = `fragment F${doublings} on Contact { devices { totalCount } }`;
    return execute(`{ contact(by: {cid: "${demo.contactId}"}) { ...F0 } } ${fragments} ${last}`);
  };

  test('C5: a fragment bomb of 2^12 spreads costs the calls of the one branch that it selects', async (context) => {
    edge.emulator.control.clearLog();
    const { status, text, cpuMs } = await edge.send(bomb(12));
    const calls = edge.emulator.control.calls().length;
    recordRow(context, { row: 'C5', sent: 'a fragment bomb of 2^12 spreads', status, code: '–', calls, cpuMs });
    expect(calls).toBe(2);
    expect(JSON.parse(text)).toEqual({ data: { contact: { devices: { totalCount: 3 } } } });
    expect(cpuMs).toBeLessThan(50);
    await edge.expectAlive();
  });

  test('C5: a fragment bomb of 2^60 spreads is refused', (context) =>
    edge.expectRefusal(context, 'C5', 'a fragment bomb of 2^60 spreads', bomb(60), invalid));
});
