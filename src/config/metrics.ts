import { z } from 'zod';
import { described, wholeNumber } from './variable-types.ts';

/** The settings of what operators read. */
export type MetricsConfig = {
  /** The address of the operator's server. */
  readonly host: string;
  readonly port: number;
  /** The number of names of operations that metrics tell apart, besides those of trusted documents. */
  readonly maxOperationNames: number;
};

/** The variables of metrics. */
export const metricsVariables = {
  METRICS_HOST: z
    .string()
    .regex(/^[\w.:-]+$/, 'is a host name or an address')
    .default('127.0.0.1'),
  METRICS_PORT: described(wholeNumber(0, 65_535), 'is a whole number from 0 to 65535').optional(),
  METRICS_OPERATION_NAMES: described(wholeNumber(0, 10_000), 'is a whole number from 0 to 10000').default(100),
};

type MetricsVariables = z.output<z.ZodObject<typeof metricsVariables>>;

/** Converts the validated variables; undefined where no port is set, because nothing is measured then. */
export function toMetricsConfig(given: MetricsVariables): MetricsConfig | undefined {
  if (given.METRICS_PORT === undefined) return undefined;
  return {
    host: given.METRICS_HOST,
    port: given.METRICS_PORT,
    maxOperationNames: given.METRICS_OPERATION_NAMES,
  };
}
