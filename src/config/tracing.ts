import { z } from 'zod';
import { Secret } from '../crypto/secret.ts';
import { samplers, type TracingConfig } from '../tracing/tracing.ts';
import { trustedProxies } from './trusted-proxies.ts';
import { described } from './variable-types.ts';

/** A list like `name=value,other=value`; names and values are percent-encoded where they have other characters. */
const pairs = z
  .string()
  .regex(
    /^\s*[^\s=,;]+=[^,;]*(?:,\s*[^\s=,;]+=[^,;]*)*$/,
    'is a list of name=value with commas; special characters are percent-encoded',
  );

/** The variables of traces, with the names, values and defaults of OpenTelemetry. */
export const tracingVariables = {
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .string()
    .refine(isReceiver, 'is the http or https address of an OTLP receiver, like http://collector:4318')
    .transform((url) => url.replace(/\/+$/, ''))
    .optional(),
  OTEL_EXPORTER_OTLP_HEADERS: pairs.transform((value) => new Secret(value)).optional(),
  OTEL_SERVICE_NAME: z.string().max(128, 'is at most 128 characters long').default('contactgraph'),
  OTEL_RESOURCE_ATTRIBUTES: pairs.max(4_096, 'is at most 4096 characters long').optional(),
  OTEL_TRACES_SAMPLER: described(z.enum(samplers), `is one of ${samplers.join(', ')}`).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: described(
    z
      .string()
      .regex(/^(?:0|1|0?\.\d{1,9}|1\.0{1,9})$/)
      .transform(Number),
    'is a number from 0 to 1, like 0.1',
  ).default(1),
  TRACE_CONTEXT_FROM: trustedProxies.optional(),
};

type TracingVariables = z.output<z.ZodObject<typeof tracingVariables>>;

/** Converts the validated variables to the settings of traces. */
export function toTracingConfig(given: TracingVariables): TracingConfig {
  return {
    endpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT,
    headers: given.OTEL_EXPORTER_OTLP_HEADERS,
    serviceName: given.OTEL_SERVICE_NAME,
    resourceAttributes: given.OTEL_RESOURCE_ATTRIBUTES ?? '',
    sampler: given.OTEL_TRACES_SAMPLER,
    samplerRatio: given.OTEL_TRACES_SAMPLER_ARG,
    trustedPeers: given.TRACE_CONTEXT_FROM ?? [],
  };
}

/** Credentials belong into the headers, which are never logged. */
function isReceiver(value: string): boolean {
  const url = URL.parse(value);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && url.search === '' && url.hash === '';
}
