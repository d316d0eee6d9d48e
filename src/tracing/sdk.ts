import { setTimeout } from 'node:timers/promises';
import { parseKeyPairsIntoRecord } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Log } from '../log.ts';
import { reportExports } from './export-state.ts';
import type { Tracing, TracingConfig } from './tracing.ts';

/** Spans that wait for their export; further ones are dropped. A recorded operation of four calls has ten. */
const maxQueued = 4_096;
const maxExported = 512;

/** How often spans are exported while fewer than `maxExported` wait, in ms. */
const exportEveryMs = 2_000;

/** The time-out of one export, with its repetitions, in ms. */
const exportMs = 10_000;

/** How long the exit of the process waits for the last export, in ms. */
const closeMs = 2_000;

/** Starts the SDK of OpenTelemetry, which exports spans by OTLP over HTTP. This module is loaded only where it is used. */
export function startSdk(config: TracingConfig & { readonly endpoint: string }, log: Log): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${config.endpoint}/v1/traces`,
    headers: parseKeyPairsIntoRecord(config.headers?.reveal() ?? ''),
    timeoutMillis: exportMs,
  });
  const processor = new BatchSpanProcessor({
    exporter: reportExports(exporter, log),
    ...{ maxQueueSize: maxQueued, maxExportBatchSize: maxExported, scheduledDelayMillis: exportEveryMs },
  });
  const ownAttributes = {
    ...parseKeyPairsIntoRecord(config.resourceAttributes),
    'service.name': config.serviceName,
  };
  const provider = new TracerProvider({
    sampler: samplerOf(config),
    resource: defaultResource().merge(resourceFromAttributes(ownAttributes)),
    spanProcessors: [processor],
  });
  return {
    tracer: provider.getTracer('contactgraph'),
    trustedPeers: config.trustedPeers,
    isExporting: true,
    async close() {
      const waiting = new AbortController();
      const ended = provider.shutdown().catch(() => undefined); // reported by `reportExports`
      await Promise.race([ended, setTimeout(closeMs, undefined, waiting).catch(() => undefined)]);
      waiting.abort();
    },
  };
}

function samplerOf({ sampler, samplerRatio }: Pick<TracingConfig, 'sampler' | 'samplerRatio'>): Sampler {
  const root = rootSamplerOf(sampler.replace('parentbased_', ''), samplerRatio);
  return sampler.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root;
}

function rootSamplerOf(name: string, ratio: number): Sampler {
  if (name === 'traceidratio') return new TraceIdRatioBasedSampler(ratio);
  return name === 'always_on' ? new AlwaysOnSampler() : new AlwaysOffSampler();
}
