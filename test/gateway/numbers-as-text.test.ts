// Numbers that the upstream writes as text: every numeric field reads them by one rule, exactly, and what is no number of its
// meaning is null and counted in the log.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;
let cid: string;
beforeAll(async () => {
  gateway = await startGateway({ emulator: { contacts: 20, edgeCases: false } });
  cid = gateway.emulator.insert({}).cid;
});
beforeEach(() => gateway.emulator.control.reset());
afterAll(() => gateway.close());

/** Where each kind of number is in a contact: the path in the graph, and the wire's names. */
const counts = ['age', 'loginCount', 'totalVisits', 'visitedLocations', 'topLocationVisits', 'connectionCount'];
const durations = ['visitSeconds', 'loginSeconds', 'sessionSeconds'];
const bytes = ['bytesFromDevice', 'bytesToDevice'];
const measures = ['monthlyVisits', 'averageVisitLength', 'averageDaysBetweenVisits', 'conversionRate'];

/** A contact in which every number is the same JSON. */
function bodies(json: string): Record<string, string> {
  const metrics = ['countTotalVisits', 'countVisitedLocations', 'compassTopLocationCount', 'frequencyMonthlyVisit'];
  const averages = ['avgVisitLength', 'avgDaysBetweenVisits', 'conversionRate'];
  const members = [...metrics, ...averages].map((name) => `"${name}":${json}`);
  const event = (type: string) => `{"event":{"type":"${type}","id":"${type}"},"${type}":{"duration":${json}}}`;
  return {
    customer: `{"cid":"${cid}","age":${json},"logins":${json},"metrics":{${members}}}`,
    events: `[${event('visit')},${event('login')}]`,
    devices: `[{"macAddress":"AA-BB-CC-DD-EE-FF","connections":${json}}]`,
    accountings: `[{"id":"a","duration":${json},"inputOctets":${json},"outputOctets":${json}}]`,
  };
}

/** Reads all of them, by their names above. */
async function read(json: string): Promise<{ numbers: Record<string, unknown>; undecodable: Record<string, unknown> }> {
  const { customer, ...branches } = bodies(json);
  const respond = (path: string, name: string, value: string | undefined) =>
    gateway.emulator.control.fault({
      ...{ path, kind: 'body', contentType: 'application/json', body: `{"status":"OK","${name}":${value}}` },
    });
  for (const [name, value] of Object.entries(branches)) respond(`/${name}`, name, value);
  respond(cid, 'customer', customer);
  const { data, errors } = await gateway.query(`{ contact(by: {cid: "${cid}"}) {
    age loginCount
    metrics { totalVisits visitedLocations topLocationVisits monthlyVisits averageVisitLength averageDaysBetweenVisits conversionRate }
    events { nodes { ... on VisitEvent { visitSeconds: durationSeconds } ... on LoginEvent { loginSeconds: durationSeconds } } }
    devices { nodes { connectionCount } }
    accountings { nodes { sessionSeconds: durationSeconds bytesFromDevice bytesToDevice } }
  } }`);
  expect(errors).toEqual([]);
  const { metrics, events, devices, accountings, ...contact } = data.contact;
  const numbers = Object.assign(contact, metrics, ...events.nodes, ...devices.nodes, ...accountings.nodes);
  return { numbers, undecodable: JSON.parse(gateway.logged.at(-1) ?? '{}').undecodable ?? {} };
}

type Expected = { whole: number | null; bytes: string | null; measure: number | null };
const none: Expected = { whole: null, bytes: null, measure: null };
const same = (value: number): Expected => ({ whole: value, bytes: String(value), measure: value });

describe('every numeric field of a contact and its lists', () => {
  test.each<[json: string, expected: Expected]>([
    ['"7"', same(7)],
    ['7', same(7)],
    ['"0"', same(0)],
    ['-0', same(0)],
    ['"-0"', same(0)],
    ['1.0', same(1)],
    ['"1.0"', same(1)],
    ['1e3', same(1000)],
    ['"1e3"', same(1000)],
    ['"15e-1"', { ...none, measure: 1.5 }],
    ['1.5', { ...none, measure: 1.5 }],
    ['"2147483648"', { ...none, bytes: '2147483648', measure: 2147483648 }],
    ['"9007199254740993"', { ...none, bytes: '9007199254740993' }],
    ['9007199254740993', { ...none, bytes: '9007199254740993' }],
    ['"18446744073709551615"', { ...none, bytes: '18446744073709551615' }],
    ['"9.007199254740993e15"', { ...none, bytes: '9007199254740993' }],
    ['9.007199254740993e15', none],
    ['"1e20"', { ...none, bytes: '100000000000000000000' }],
    ['-1', none],
    ['"-1.5"', none],
    ['1e400', none],
    ['"1e400"', none],
    ['"1e999999999"', none],
    ['"+5"', none],
    ['" 7 "', none],
    ['"007"', none],
    ['"0x10"', none],
    ['"1_000"', none],
    ['"1,000"', none],
    ['"2,6"', none],
    ['"١٢"', none],
    ['"NaN"', none],
    ['"Infinity"', none],
    ['" "', none],
    ['true', none],
    ['[7]', none],
    ['{}', none],
  ])('every numeric field reads %s by the same rule', async (json, expected) => {
    const { numbers, undecodable } = await read(json);
    const all = (names: readonly string[], value: unknown) => names.map((name) => [name, value]);
    const wanted = [...all([...counts, ...durations], expected.whole), ...all(bytes, expected.bytes)];
    expect(numbers).toEqual(Object.fromEntries([...wanted, ...all(measures, expected.measure)]));
    const isRead = (value: unknown) => value !== null;
    expect(Object.keys(undecodable).length).toBe(
      Object.keys(numbers).length - Object.values(numbers).filter(isRead).length,
    );
  });

  test.each(['""', 'null'])(
    'every numeric field reads %s as a value that is not set, and does not report it',
    async (json) => {
      const { numbers, undecodable } = await read(json);
      expect(new Set(Object.values(numbers))).toEqual(new Set([null]));
      expect(undecodable).toEqual({});
    },
  );
});
