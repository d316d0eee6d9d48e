import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MeasuredGateway, startMeasuredGateway } from '../support/measured-gateway.ts';

const series = (operation: string, type: string, code: string) =>
  `contactgraph_operations_total{operation="${operation}",type="${type}",code="${code}"}`;

describe.each([
  ['with all accelerators', { ACCELERATORS: 'all' }],
  ['without accelerators', { ACCELERATORS: 'none' }],
])('%s', (_, env: Record<string, string>) => {
  let stack: MeasuredGateway;
  beforeAll(async () => {
    stack = await startMeasuredGateway({ emulator: { contacts: 5 }, env });
  });
  afterAll(() => stack.close());

  test('operations are counted by name, type and code, the first one of a document and the tenth', async () => {
    const contact = 'query Read { contact(by: { cid: "986a372347aac5e4a94516db835d58aa" }) { cid } }';
    for (let times = 0; times < 10; times += 1) await stack.query(contact);
    await stack.query('mutation Remove { deleteContact(input: { id: "wrong" }) { userErrors { code } } }');
    const samples = await stack.scrape();
    expect(samples.value(series('Read', 'query', 'OK'))).toBe(10);
    expect(samples.value(series('Remove', 'mutation', 'OK'))).toBe(1);
    expect(samples.value('contactgraph_operation_duration_seconds_count{type="query"}')).toBe(10);
  });

  test('a refused request has the type none, and its code is that of its first error', async () => {
    await stack.query('{ nothing }');
    await stack.query('{ unfinished');
    const samples = await stack.scrape();
    expect(samples.value(series('other', 'none', 'BAD_USER_INPUT'))).toBe(2);
    expect(samples.value('contactgraph_operation_errors_total{code="BAD_USER_INPUT"}')).toBe(2);
  });

  test('each error of an answer is counted, and the operation once', async () => {
    await stack.query(`query Twice {
      a: contact(by: { cid: "not an id" }) { cid }
      b: contact(by: { cid: "not an id" }) { cid }
      viewer { scopes }
    }`);
    const samples = await stack.scrape();
    expect(samples.value(series('other', 'query', 'BAD_USER_INPUT'))).toBe(1);
    expect(samples.value('contactgraph_operation_errors_total{code="BAD_USER_INPUT"}')).toBe(4);
  });
});

test('a request that shares the execution of another one is counted as shared, and not as an operation', async () => {
  const stack = await startMeasuredGateway({ emulator: { contacts: 5 }, env: { ACCELERATORS: 'all' } });
  const [{ cid = '' } = {}] = stack.emulator.contacts();
  const read = () => stack.query(`query Shared { contact(by: { cid: "${cid}" }) { cid } }`);
  await read();
  stack.emulator.control.latency({ pattern: cid, ms: 200 });
  await Promise.all([read(), read(), read()]);
  const samples = await stack.scrape();
  await stack.close();
  expect(samples.value('contactgraph_shared_operations_total')).toBe(2);
  expect(samples.value(series('Shared', 'query', 'OK'))).toBe(2);
});

test('the labels of metrics name no tenant, no contact and no address', async () => {
  const stack = await startMeasuredGateway({ emulator: { contacts: 5 } });
  const [{ cid = '' } = {}] = stack.emulator.contacts();
  await stack.query(`{ contact(by: { cid: "${cid}" }) { email events(first: 1) { nodes { type } } } }`);
  const text = await (await fetch(`${stack.operatorUrl}/metrics`)).text();
  const report = JSON.stringify(await stack.health());
  await stack.close();
  for (const secret of [cid, stack.emulator.organizationId, stack.emulator.clientKey, '127.0.0.1', '@']) {
    expect([secret, text.includes(secret), report.includes(secret)]).toEqual([secret, false, false]);
  }
});
