import type { ExecutionResult } from 'graphql';
import type { TrustedDocuments } from '../documents/trusted-documents.ts';
import type { Log } from '../log.ts';
import { maxNameLength } from './operation-span.ts';
import type { ServerContext } from './plugin.ts';
import type { ResultStep } from './result-pipeline.ts';

/** Codes that say that the upstream or the gateway failed, and not the client. */
const failures: ReadonlySet<unknown> = new Set([
  ...['UPSTREAM_UNAVAILABLE', 'UPSTREAM_TIMEOUT', 'UPSTREAM_BAD_RESPONSE', 'UPSTREAM_AUTH'],
  ...['OUTCOME_UNKNOWN', 'INTERNAL'],
]);

/**
 * Logs one line per operation: its kind, time in ms, upstream calls and error codes. No arguments, data or messages. Where the
 * answer was delivered in parts, the line is written after the last of them, with their number and the time of the first. An
 * operation with an error of the upstream is a warning, also where its HTTP status is 200. One that took longer than `slowMs`
 * has a second line, with its last upstream calls.
 *
 * @param slowMs in ms; 0 logs no second line
 * @param trusted the documents of which an operation is, unless its line says that it is untrusted; undefined where any
 *   document is executed without notice
 */
export function logOperations(
  log: Log,
  slowMs: number,
  trusted: Pick<TrustedDocuments, 'trusts'> | undefined,
): ResultStep {
  return (result, { requestId, span, operation, startedAt = 0, resolverContext, cost, parts }) => {
    const usage = resolverContext?.usage;
    const errors = result.errors?.map(({ extensions }) => extensions['code']);
    const ms = Math.round(performance.now() - startedAt);
    const level = errors?.some((code) => failures.has(code)) ? 'warn' : 'info';
    const line = {
      requestId,
      ...(span && { trace_id: span.traceId }),
      operation: operation?.operation,
      name: operation?.name?.value.slice(0, maxNameLength),
      ms,
      upstreamCalls: usage?.calls ?? 0,
    };
    log[level](
      {
        ...line,
        ...(cost === undefined ? {} : { requestedCalls: cost.requested, actualCalls: cost.actual }),
        ...(parts === undefined ? {} : { parts: parts.count, firstPartMs: Math.round(parts.firstMs) }),
        ...(usage !== undefined && usage.undecodable.size > 0
          ? { undecodable: Object.fromEntries(usage.undecodable) }
          : {}),
        ...(errors === undefined ? {} : { errors }),
        ...(trusted === undefined || !operation || trusted.trusts(operation) ? {} : { untrusted: true }),
      },
      'operation',
    );
    if (slowMs > 0 && ms > slowMs) log.warn({ ...line, attempts: usage?.attempts ?? [] }, 'slow operation');
    return result;
  };
}

/**
 * Logs the line of a request that was answered with the response of another request, the leader.
 *
 * @param onShared is called for each such request
 */
export function logSharedOperation(log: Log, onShared?: () => void) {
  return ({ requestId, span, startedAt = 0 }: ServerContext, leader: ServerContext): void => {
    const ms = Math.round(performance.now() - startedAt);
    const trace = span && { trace_id: span.traceId };
    log.info({ requestId, ...trace, ms, upstreamCalls: 0, answeredWith: leader.requestId }, 'operation');
    onShared?.();
  };
}

/**
 * Reports each operation with its final result.
 *
 * @param report `isTrusted` is whether the operation is one of a trusted document
 */
export function reportOperations(
  report: (result: ExecutionResult, context: Parameters<ResultStep>[1], isTrusted: boolean) => void,
  trusted: Pick<TrustedDocuments, 'trusts'>,
): ResultStep {
  return (result, context) => {
    report(result, context, context.operation !== undefined && trusted.trusts(context.operation));
    return result;
  };
}
