import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeManifest } from '../support/manifest.ts';
import { type MeasuredGateway, startMeasuredGateway } from '../support/measured-gateway.ts';

let stack: MeasuredGateway;
beforeAll(async () => {
  stack = await startMeasuredGateway({ emulator: { contacts: 5 }, maxOperationNames: 3 });
});
afterAll(() => stack.close());

const ok = (name: string) => `contactgraph_operations_total{operation="${name}",type="query",code="OK"}`;

test('10,000 names of operations that a client makes up leave the number of time series as it is', async () => {
  for (const name of ['First', 'Second', 'Third', 'Fourth']) await stack.query(`query ${name} { viewer { scopes } }`);
  await stack.query('{ viewer { scopes } }');
  await stack.scrape(); // the first scrape adds buckets of garbage collections
  const before = operationSeries(await stack.scrape());
  for (let from = 0; from < 10_000; from += 100) {
    const names = Array.from({ length: 100 }, (_, index) => `Made_up_${from + index}`);
    await Promise.all(names.map((name) => stack.query(`query ${name} { __typename }`)));
  }
  const samples = await stack.scrape();
  expect(operationSeries(samples)).toEqual(before);
  expect([ok('First'), ok('Second'), ok('Third'), ok('anonymous')].map(samples.value)).toEqual([1, 1, 1, 1]);
  expect(samples.value(ok('other'))).toBe(10_001);
});

test('a name of an operation that fails does not become known', async () => {
  const fresh = await startMeasuredGateway({ emulator: { contacts: 5 }, maxOperationNames: 3 });
  await fresh.query('query Wrong { nothing }');
  await fresh.query('query Failing { contact(by: { cid: "not an id" }) { cid } }');
  await fresh.query('query Fine { viewer { scopes } }');
  const names = [...(await fresh.scrape()).all.keys()].filter((series) => series.includes('_operations_total{'));
  await fresh.close();
  expect(names.map((series) => /operation="(\w+)"/.exec(series)?.[1]).toSorted()).toEqual(['Fine', 'other', 'other']);
});

test('names of trusted documents are always labels, and leave the room for other names as it is', async () => {
  const trusted = Array.from({ length: 5 }, (_, index) => `query Trusted${index} { viewer { scopes } }`);
  const documents = Object.fromEntries(trusted.map((text, index) => [`id-${index}`, text]));
  const fresh = await startMeasuredGateway({
    ...{ emulator: { contacts: 5 }, maxOperationNames: 1 },
    env: { DOCUMENTS_FILE: writeManifest(documents), DOCUMENTS_MODE: 'log' },
  });
  for (const text of [...trusted, 'query Other { viewer { scopes } }', 'query Another { viewer { scopes } }']) {
    await fresh.query(text);
  }
  const samples = await fresh.scrape();
  const report = await fresh.health();
  await fresh.close();
  expect(['Trusted0', 'Trusted4', 'Other', 'Another', 'other'].map((name) => samples.value(ok(name)))).toEqual([
    1, 1, 1, 0, 1,
  ]);
  expect(report.trustedDocuments).toBe(5);
});

test('a name that is longer than 64 characters is no label', async () => {
  const fresh = await startMeasuredGateway({ emulator: { contacts: 5 } });
  await fresh.query(`query ${'A'.repeat(65)} { viewer { scopes } }`);
  await fresh.query(`query ${'B'.repeat(64)} { viewer { scopes } }`);
  const samples = await fresh.scrape();
  await fresh.close();
  expect([ok('other'), ok('B'.repeat(64))].map(samples.value)).toEqual([1, 1]);
});

function operationSeries({ all }: { all: ReadonlyMap<string, number> }): string[] {
  return [...all.keys()].filter((series) => series.startsWith('contactgraph_operation')).toSorted();
}
