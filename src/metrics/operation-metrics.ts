import { Counter, Histogram, type OpenMetricsContentType, type Registry } from 'prom-client';

/** Creates the metrics of GraphQL operations. */
export function createOperationMetrics(registers: [Registry<OpenMetricsContentType>]) {
  return {
    operations: new Counter({
      name: 'contactgraph_operations_total',
      help: 'Operations that were answered. "operation" is a known name, "anonymous" or "other"; "type" is query, mutation or none, where the request was refused before its operation was known; "code" is OK, or that of the first error.',
      labelNames: ['operation', 'type', 'code'],
      registers,
    }),
    errors: new Counter({
      name: 'contactgraph_operation_errors_total',
      help: 'Errors in the answers to operations, by code.',
      labelNames: ['code'],
      registers,
    }),
    durations: new Histogram({
      name: 'contactgraph_operation_duration_seconds',
      help: 'Time from the arrival of a request to the result of its operation, in seconds.',
      labelNames: ['type'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      enableExemplars: true,
      registers,
    }),
    deprecated: new Counter({
      name: 'contactgraph_deprecated_uses_total',
      help: 'Valid operations that use a deprecated member of the schema, also those that are only planned or too expensive, by its coordinate, like "Contact.locationCid".',
      labelNames: ['coordinate'],
      registers,
    }),
    shared: new Counter({
      name: 'contactgraph_shared_operations_total',
      help: 'Requests that were answered with the response of an identical operation that was already being executed.',
      registers,
    }),
  };
}
