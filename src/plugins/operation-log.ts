import type { ExecutionResult } from 'graphql';
import type { TrustedDocuments } from '../documents/trusted-documents.ts';
import type { Log } from '../log.ts';
import type { ServerContext } from './plugin.ts';
import type { ResultStep } from './result-pipeline.ts';

/**
 * Logs one line per operation: its kind, time in ms, upstream calls and error codes. No arguments, data or messages.
 *
 * @param trusted the documents of which an operation is, unless its line says that it is untrusted; undefined where any
 *   document is executed without notice
 */
export function logOperations(log: Log, trusted: Pick<TrustedDocuments, 'trusts'> | undefined): ResultStep {
  return (result, { requestId, operation, startedAt = 0, resolverContext, cost }) => {
    const usage = resolverContext?.usage;
    const errors = result.errors?.map(({ extensions }) => extensions['code']);
    log.info(
      {
        requestId,
        operation: operation?.operation,
        name: operation?.name?.value.slice(0, 64),
        ms: Math.round(performance.now() - startedAt),
        upstreamCalls: usage?.calls ?? 0,
        ...(cost === undefined ? {} : { requestedCalls: cost.requested, actualCalls: cost.actual }),
        ...(usage !== undefined && usage.undecodable.size > 0
          ? { undecodable: Object.fromEntries(usage.undecodable) }
          : {}),
        ...(errors === undefined ? {} : { errors }),
        ...(trusted === undefined || !operation || trusted.trusts(operation) ? {} : { untrusted: true }),
      },
      'operation',
    );
    return result;
  };
}

/**
 * Logs the line of a request that was answered with the response of another request, the leader.
 *
 * @param onShared is called for each such request
 */
export function logSharedOperation(log: Log, onShared?: () => void) {
  return ({ requestId, startedAt = 0 }: ServerContext, leader: ServerContext): void => {
    const ms = Math.round(performance.now() - startedAt);
    log.info({ requestId, ms, upstreamCalls: 0, answeredWith: leader.requestId }, 'operation');
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
