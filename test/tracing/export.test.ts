import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startTracedGateway, type TracedGateway, twoCalls } from '../support/traced-gateway.ts';

let gateway: TracedGateway;
afterEach(() => gateway.close());

/** The lines of the log about exports, as level and text. */
const exportLines = () =>
  gateway.logged
    .map((line) => JSON.parse(line))
    .filter(({ msg }) => msg.startsWith('traces '))
    .map(({ level, msg, reason }) => [level, msg, reason]);

/** Sends queries until a condition holds. Each may cause an export, and every export has a full batch. */
async function queryUntil(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await Promise.all(Array.from({ length: 10 }, () => gateway.query('{ __typename }')));
  }
}

test('a receiver that refuses exports costs one line of the log, and its recovery another one', async () => {
  gateway = await startTracedGateway();
  gateway.receiver.respondWith(400);
  await queryUntil(() => gateway.receiver.exports.length >= 2 && exportLines().length > 0);
  expect(exportLines()).toEqual([[40, 'traces cannot be exported: their spans are dropped', '400']]);
  gateway.receiver.respondWith(200);
  await queryUntil(() => exportLines().length > 1);
  expect(exportLines().slice(1)).toEqual([[30, 'traces are exported again', undefined]]);
  expect((await gateway.query(twoCalls)).status).toBe(200);
});

test('a receiver that never answers holds up neither requests nor the end of the process', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  gateway = await startTracedGateway({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
  expect((await gateway.query(twoCalls)).status).toBe(200);
  await gateway.exported();
  expect(exportLines()).toEqual([]); // The export is still pending: its failure would be a line of the log.
  silent.close();
});

test('while an export is pending, 4,096 spans wait at most, and further ones are dropped', async () => {
  gateway = await startTracedGateway({ MAX_BATCH: '50' });
  const resume = gateway.receiver.pause();
  const body = JSON.stringify(Array.from({ length: 50 }, () => ({ query: '{ __typename }' })));
  const headers = { 'content-type': 'application/json' };
  const spansOfRequest = 51;
  for (let sent = 0; sent < 6_000; sent += spansOfRequest) {
    expect((await fetch(gateway.url, { method: 'POST', headers, body })).status).toBe(200);
  }
  resume();
  const exported = (await gateway.exported()).length;
  expect(exported).toBe(4_096 + 512); // those of the pending export as well
});

test('the headers of exports are sent, and neither the log nor a response has them', async () => {
  gateway = await startTracedGateway({ OTEL_EXPORTER_OTLP_HEADERS: 'api-key=canary%20key,x-team=a' });
  const text = await (await gateway.query(twoCalls)).text();
  await gateway.exported();
  expect(gateway.receiver.exports).toMatchObject([
    { target: '/v1/traces', headers: { 'api-key': 'canary key', 'x-team': 'a' } },
  ]);
  expect(gateway.logged.join('') + text).not.toContain('canary');
});

test('what waits for its export is sent when the process stops', async () => {
  gateway = await startTracedGateway();
  await gateway.query(twoCalls);
  expect(gateway.receiver.spans).toEqual([]);
  expect(await gateway.exported()).toHaveLength(6);
});

test('a sampler records the part of the traces that it is set to', async () => {
  gateway = await startTracedGateway({ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' });
  for (let n = 0; n < 60; n += 1) await gateway.query('{ __typename }');
  const recorded = (await gateway.exported()).filter(({ kind }) => kind === 'server').length;
  // 60 independent traces: fewer than 5 or more than 55 have a chance below 10⁻¹¹.
  expect(recorded).toBeGreaterThan(5);
  expect(recorded).toBeLessThan(55);
});
