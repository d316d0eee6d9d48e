import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOperatorServer } from '../../src/metrics/operator-server.ts';
import { type MeasuredGateway, startMeasuredGateway } from '../support/measured-gateway.ts';
import { bytesUntilClosed, connectWithoutReading } from '../support/raw-client.ts';

let stack: MeasuredGateway;
beforeAll(async () => {
  stack = await startMeasuredGateway({ emulator: { contacts: 5 } });
});
afterAll(() => stack.close());

const openMetrics = { accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5' };

test('/metrics is text of Prometheus, and OpenMetrics for a client that names it, in any order of requests', async () => {
  for (const headers of [{}, openMetrics, {}, openMetrics] as Record<string, string>[]) {
    const response = await fetch(`${stack.operatorUrl}/metrics`, { headers });
    const text = await response.text();
    const isOpenMetrics = headers === openMetrics;
    expect(response.headers.get('content-type')).toMatch(
      isOpenMetrics ? /^application\/openmetrics-text; version=1\.0\.0/ : /^text\/plain; version=0\.0\.4/,
    );
    expect(text.endsWith('# EOF\n')).toBe(isOpenMetrics);
    expect(text).toMatch(/^contactgraph_shared_operations_total 0$/m);
    expect(text).toMatch(/^process_start_time_seconds \d/m);
  }
});

test('every metric is in the text, with a help and a type before its samples', async () => {
  const { types, all } = await stack.scrape();
  expect(types.get('contactgraph_operation_duration_seconds')).toBe('histogram');
  expect(all.get(`contactgraph_build_info{version="1.2.3",node="${process.version}"}`)).toBe(1);
  expect(all.has('nodejs_eventloop_lag_p99_seconds')).toBe(true);
  expect(all.get('contactgraph_ready')).toBe(1);
  expect(all.get('contactgraph_event_loop_utilization_ratio')).toBeGreaterThan(0);
});

test('HEAD has the headers of GET without a body', async () => {
  for (const path of ['/metrics', '/healthz']) {
    const response = await fetch(stack.operatorUrl + path, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(100);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('%s is refused, with the methods that are allowed', async (method) => {
  const response = await fetch(`${stack.operatorUrl}/metrics`, { method });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test.each(['/', '/metrics/', '/graphql', '/readyz', '/metrics/../healthz%00', '//metrics'])(
  'the path %s does not exist on this port',
  async (path) => {
    expect((await fetch(stack.operatorUrl + path)).status).toBe(404);
  },
);

test.each(['/metrics', '/healthz'])('the public port does not have %s', async (path) => {
  expect((await fetch(stack.url + path)).status).toBe(404);
});

test('connections of clients are counted while they are open', async () => {
  const before = (await stack.scrape()).value('contactgraph_http_connections');
  const sockets = await Promise.all([connectWithoutReading(stack.url), connectWithoutReading(stack.url)]);
  await expect.poll(async () => (await stack.scrape()).value('contactgraph_http_connections')).toBe(before + 2);
  for (const socket of sockets) socket.destroy();
  await expect.poll(async () => (await stack.scrape()).value('contactgraph_http_connections')).toBe(before);
});

test('the 51st connection to the port is closed when it is accepted', async () => {
  const own = await startOperatorServer('127.0.0.1', 0, {
    readMetrics: async () => ({ contentType: 'text/plain', text: '' }),
    readHealth: async () => ({ status: 'ok', reasons: [] }),
  });
  const sockets = await Promise.all(Array.from({ length: 50 }, () => connectWithoutReading(own.url)));
  expect(await bytesUntilClosed(await connectWithoutReading(own.url))).toBe(0);
  expect(sockets.every(({ closed }) => !closed)).toBe(true);
  await own.close();
});

test('a state that cannot be read is a 500 without a reason, and the server goes on', async () => {
  const own = await startOperatorServer('127.0.0.1', 0, {
    readMetrics: () => Promise.reject(new Error('canary')),
    readHealth: async () => ({ status: 'ok', reasons: [] }),
  });
  const response = await fetch(`${own.url}/metrics`);
  expect([response.status, await response.text()]).toEqual([500, 'The state of the process cannot be read.\n']);
  expect(await (await fetch(`${own.url}/healthz`)).json()).toEqual({ status: 'ok', reasons: [] });
  await own.close();
});
