import type { Tracer } from '@opentelemetry/api';
import type { Secret } from '../crypto/secret.ts';

/** The samplers that OpenTelemetry defines by name. */
export const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** The settings of traces. */
export type TracingConfig = {
  /** The address of the OTLP receiver, without `/v1/traces`; undefined where nothing is exported. */
  readonly endpoint: string | undefined;
  /** The headers of exports, as `name=value` with commas; they may hold a token. */
  readonly headers: Secret | undefined;
  readonly serviceName: string;
  /** Further attributes of the process, as `name=value` with commas. */
  readonly resourceAttributes: string;
  readonly sampler: (typeof samplers)[number];
  /** The part of traces that the ratio samplers record, from 0 to 1. */
  readonly samplerRatio: number;
  /** The addresses whose `traceparent` is continued, as ranges like `10.0.0.0/8`. */
  readonly trustedPeers: readonly string[];
};

/** What makes the spans of a process. */
export type Tracing = {
  readonly tracer: Tracer;
  /** The addresses whose `traceparent` is continued, as ranges like `10.0.0.0/8`. */
  readonly trustedPeers: readonly string[];
  /** Whether spans are exported; otherwise the tracer only continues the traces of trusted callers. */
  readonly isExporting: boolean;
  /** Exports what is left, for a limited time, and ends. */
  close(): Promise<void>;
};
