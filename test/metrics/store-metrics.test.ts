import { afterEach, describe, expect, test } from 'vitest';
import { createContact } from '../support/creation.ts';
import type { TestGatewayOptions } from '../support/gateway.ts';
import { type MeasuredGateway, startMeasuredGateway } from '../support/measured-gateway.ts';

let stack: MeasuredGateway;
afterEach(() => stack.close());

async function start(options: TestGatewayOptions): Promise<string> {
  stack = await startMeasuredGateway({ emulator: { contacts: 60 }, ...options });
  const [{ cid = '' } = {}] = stack.emulator.contacts();
  return cid;
}

const reads = (result: string) => `contactgraph_cache_requests_total{result="${result}"}`;
const scrolls = (event: string) => `contactgraph_scroll_sessions_total{event="${event}"}`;

describe('reads that may be cached', () => {
  test('a first read is a miss, the next one fresh, and one of a contact that does not exist not found', async () => {
    const cid = await start({ env: { SWITCHED_OFF: 'retry' } });
    const read = (id: string) => stack.query(`{ contact(by: { cid: "${id}" }) { cid } }`);
    await read(cid);
    await read(cid);
    await read('00000000000000000000000000000000');
    const samples = await stack.scrape();
    expect(['miss', 'fresh', 'not_found', 'failed'].map((each) => samples.value(reads(each)))).toEqual([1, 1, 1, 0]);
  });

  test('a response that is served because the upstream fails is stale', async () => {
    const cid = await start({ env: { SWITCHED_OFF: 'retry', CACHE_CONTACT: '0/0/60000' } });
    const read = () => stack.query(`{ contact(by: { cid: "${cid}" }) { cid } }`);
    await read();
    stack.emulator.control.fault({ path: cid, kind: 'status', status: 500 });
    expect((await read()).data).toEqual({ contact: { cid } });
    const samples = await stack.scrape();
    expect([reads('miss'), reads('stale'), reads('fresh')].map(samples.value)).toEqual([1, 1, 0]);
  });

  test('of two identical reads at the same time one is coalesced, and one call is saved', async () => {
    const cid = await start({ env: { ACCELERATORS: 'none' } });
    stack.emulator.control.latency({ pattern: cid, ms: 200 });
    await Promise.all(
      ['A', 'B'].map((name) => stack.query(`query ${name} { contact(by: { cid: "${cid}" }) { cid } }`)),
    );
    const samples = await stack.scrape();
    expect([reads('miss'), reads('coalesced')].map(samples.value)).toEqual([1, 1]);
    expect(samples.value('contactgraph_coalesced_calls_total')).toBe(1);
    expect(stack.emulator.control.counts().contact).toBe(1);
  });
});

describe('scroll sessions', () => {
  const page = async (order: string, after?: string) => {
    const text = `query ($after: String) { contacts(first: 20, after: $after, orderBy: { field: ${order}, direction: ASC }) { pageInfo { endCursor } } }`;
    const { data, errors } = await stack.query(text, { after });
    expect(errors).toEqual([]);
    return data.contacts.pageInfo.endCursor as string;
  };

  test('a list is opened, continued by its next page, and reopened at a position when its scroll is lost', async () => {
    await start({});
    const first = await page('CREATED');
    const second = await page('CREATED', first);
    stack.emulator.control.dropScrolls();
    await page('CREATED', second);
    const samples = await stack.scrape();
    expect(['opened', 'continued', 'reopened', 'rescanned'].map((each) => samples.value(scrolls(each)))).toEqual([
      1, 1, 1, 0,
    ]);
  });

  test('a list in an order that is not by time is rescanned when its scroll is lost', async () => {
    await start({});
    const first = await page('LAST_NAME');
    stack.emulator.control.dropScrolls();
    await page('LAST_NAME', first);
    const samples = await stack.scrape();
    expect(['opened', 'continued', 'reopened', 'rescanned'].map((each) => samples.value(scrolls(each)))).toEqual([
      1, 0, 0, 1,
    ]);
  });
});

test('a write that is repeated with its Idempotency-Key is counted as one replay, and the first one as none', async () => {
  await start({});
  const replays = async () => (await stack.scrape()).value('contactgraph_idempotency_replays_total');
  await createContact(stack.query, 'once');
  expect(await replays()).toBe(0);
  expect((await createContact(stack.query, 'once')).errors).toEqual([]);
  expect(await replays()).toBe(1);
  expect(stack.emulator.control.counts().createContact).toBe(1);
});

test('a value of the upstream that does not fit the contract is counted by its field', async () => {
  const cid = await start({});
  const body = JSON.stringify({ status: 'OK', customer: { cid, firstName: {} } });
  stack.emulator.control.fault({ path: cid, kind: 'body', body });
  await stack.query(`{ contact(by: { cid: "${cid}" }) { firstName } }`);
  const warnings = [...(await stack.scrape()).all].filter(([series]) => series.includes('decode_warnings_total{'));
  expect(warnings).toEqual([['contactgraph_decode_warnings_total{field="customer.firstName"}', 1]]);
});
