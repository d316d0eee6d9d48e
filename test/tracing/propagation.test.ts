import { afterEach, describe, expect, test } from 'vitest';
import { demo } from '../../emulator/demo.ts';
import { startTracedGateway, type TracedGateway, toTree, twoCalls } from '../support/traced-gateway.ts';

let gateway: TracedGateway;
afterEach(() => gateway.close());

const traceId = '0af7651916cd43dd8448eb211c80319c';
const callerId = 'b7ad6b7169203331';
const sampled = `00-${traceId}-${callerId}-01`;
const exportsNothing = { OTEL_EXPORTER_OTLP_ENDPOINT: '' };

describe('the trace of a trusted caller is continued', () => {
  test('the span of its request is below the span that it names, and each call names its own span', async () => {
    gateway = await startTracedGateway();
    await gateway.query(twoCalls, { traceparent: sampled, tracestate: 'vendor=a' });
    const sent = gateway.traceparents();
    const states = new Set(gateway.upstream.headers.map(({ tracestate }) => tracestate));
    const spans = await gateway.exported();
    expect(toTree(spans, callerId)).toMatchObject([['POST /graphql', expect.any(Array)]]);
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]));
    const calls = spans.filter(({ kind }) => kind === 'client').map(({ spanId }) => `00-${traceId}-${spanId}-01`);
    expect(sent.toSorted()).toEqual(calls.toSorted());
    expect(states).toContain('vendor=a');
  });

  test('a trace that is not sampled is forwarded and not exported', async () => {
    gateway = await startTracedGateway();
    await gateway.query(twoCalls, { traceparent: sampled.replace(/1$/, '0') });
    expect(gateway.traceparents()).toEqual([expect.stringMatching(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`))]);
    expect(await gateway.exported()).toEqual([]);
  });

  test('the log lines of its operation have the id of the trace', async () => {
    gateway = await startTracedGateway({ SLOW_OPERATION_MS: '1', SWITCHED_OFF: 'retry' });
    gateway.emulator.control.fault({ path: '/devices', kind: 'invalid-json' });
    gateway.emulator.control.latency({ pattern: '.', ms: 5 });
    await gateway.query(twoCalls, { traceparent: sampled });
    const lines = gateway.logged.map((line) => JSON.parse(line)).filter(({ requestId }) => requestId !== undefined);
    expect(new Set(lines.map(({ msg }) => msg))).toContain('slow operation');
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) expect(line).toMatchObject({ trace_id: traceId });
  });

  test.each(['first', 'second', 'GET'])(
    'without an exporter its trace is forwarded as it came, by the %s execution',
    async (which) => {
      gateway = await startTracedGateway(exportsNothing);
      if (which === 'second') await gateway.query(twoCalls);
      const headers = { traceparent: sampled, 'graphql-require-preflight': '1' };
      if (which === 'GET') await fetch(`${gateway.url}?query=${encodeURIComponent(twoCalls)}`, { headers });
      else await gateway.query(twoCalls, headers);
      expect(gateway.traceparents()).toEqual([sampled]);
      expect(gateway.receiver.exports).toEqual([]);
    },
  );

  test('flags of a later version of the header are not forwarded', async () => {
    gateway = await startTracedGateway(exportsNothing);
    await gateway.query(twoCalls, { traceparent: sampled.replace(/01$/, 'ff') });
    expect(gateway.traceparents()).toEqual([sampled]);
  });

  test.each([
    ['a text', 'abc'],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${callerId}-01`],
    ['an id in upper case', sampled.toUpperCase()],
    ['more than one trace', `${sampled}, ${sampled}`],
  ])('%s is no trace', async (_, traceparent) => {
    gateway = await startTracedGateway(exportsNothing);
    expect((await gateway.query(twoCalls, { traceparent })).status).toBe(200);
    expect(gateway.traceparents()).toEqual([]);
  });
});

describe('the trace of any other caller is not continued', () => {
  test('its request begins a new trace', async () => {
    gateway = await startTracedGateway({ TRACE_CONTEXT_FROM: '10.0.0.0/8' });
    await gateway.query(twoCalls, { traceparent: sampled });
    expect(gateway.traceparents().join()).not.toContain(traceId);
    const spans = await gateway.exported();
    expect(toTree(spans)).toMatchObject([['POST /graphql', expect.any(Array)]]);
    expect(spans[0]?.traceId).not.toBe(traceId);
  });

  test('without an exporter nothing is forwarded', async () => {
    gateway = await startTracedGateway({ ...exportsNothing, TRACE_CONTEXT_FROM: '' });
    await gateway.query(twoCalls, { traceparent: sampled, tracestate: 'vendor=a' });
    const sent = gateway.upstream.headers.flatMap((headers) => Object.keys(headers));
    expect(sent).not.toContain('traceparent');
    expect(sent).not.toContain('tracestate');
  });

  test('it cannot make the gateway record what the sampler does not', async () => {
    gateway = await startTracedGateway({
      ...{ TRACE_CONTEXT_FROM: '', OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' },
    });
    await gateway.query(twoCalls, { traceparent: sampled });
    expect(await gateway.exported()).toEqual([]);
  });
});

test('nothing that is exported names a contact, a value, a document or a token', async () => {
  gateway = await startTracedGateway();
  const name = 'N'.repeat(100);
  const email = 'ada@example.com';
  await gateway.query(`query ${name} { contact(by: {cid: "${demo.contactId}"}) { email canary: phone } }`);
  await gateway.query(`{ contact(by: {email: "${email}"}) { firstName } }`, { authorization: 'Bearer canary-token' });
  const spans = await gateway.exported();
  expect(spans.map(({ attributes }) => attributes['graphql.operation.name'])).toContain('N'.repeat(64));
  const bytes = Buffer.concat(gateway.receiver.exports.map(({ body }) => body)).toString('latin1');
  expect(bytes).toContain('POST /graphql');
  const { organizationId, clientKey } = gateway.emulator;
  for (const secret of [demo.contactId, email, 'canary', organizationId, clientKey, 'firstName', 'N'.repeat(65)]) {
    expect(bytes).not.toContain(secret);
  }
});
