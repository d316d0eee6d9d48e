import { afterEach, beforeEach, expect, test } from 'vitest';
import { readConfig } from '../../src/config/config.ts';
import { createLog } from '../../src/log.ts';
import { startTracing } from '../../src/tracing/start.ts';
import type { Tracing } from '../../src/tracing/tracing.ts';
import { type MeasuredGateway, startMeasuredGateway } from '../support/measured-gateway.ts';
import { type OtlpReceiver, startOtlpReceiver } from '../support/otlp-receiver.ts';

let receiver: OtlpReceiver;
let tracing: Tracing;
let stack: MeasuredGateway;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, TRACE_CONTEXT_FROM: 'loopback' };
  const started = await startTracing(readConfig(env).tracing, createLog('silent'));
  if (started === undefined) throw new Error('Tracing has not started.');
  tracing = started;
  stack = await startMeasuredGateway({ emulator: { contacts: 5 }, env, tracing });
});
afterEach(async () => {
  await stack.close();
  await tracing.close();
  await receiver.close();
});

const traceId = '0af7651916cd43dd8448eb211c80319c';
const send = (flags: '00' | '01') =>
  stack.query('{ viewer { scopes } }', {}, { traceparent: `00-${traceId}-b7ad6b7169203331-${flags}` });

async function scrape(accept: string): Promise<string> {
  const response = await fetch(`${stack.operatorUrl}/metrics`, { headers: { accept } });
  return response.text();
}

test('a duration has the id of its trace as an exemplar, in OpenMetrics only', async () => {
  await send('01');
  const exemplar = new RegExp(
    `^contactgraph_operation_duration_seconds_bucket\\{.*\\} 1 # \\{trace_id="${traceId}"\\} `,
    'm',
  );
  expect(await scrape('application/openmetrics-text')).toMatch(exemplar);
  expect(await scrape('text/plain')).not.toContain('trace_id');
});

test('a trace that is not sampled is no exemplar', async () => {
  await send('00');
  const text = await scrape('application/openmetrics-text');
  expect(text).toContain('contactgraph_operation_duration_seconds_count{type="query"} 1\n');
  expect(text).not.toContain('trace_id');
});
