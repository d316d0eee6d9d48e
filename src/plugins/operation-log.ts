import type { Log } from '../log.ts';
import type { OperationContext, Plugin } from './plugin.ts';

/** One line per operation: what kind, how long, what it cost and how it ended. No arguments, no data, no messages. */
export function useOperationLog(log: Log): Plugin {
  return {
    onRequest({ serverContext }) {
      serverContext.startedAt = performance.now();
    },
    onResultProcess({ result, serverContext }) {
      // One object: Yoga extends it from the request to the execution.
      const { requestId, operation, startedAt, usage } = serverContext as typeof serverContext & OperationContext;
      const errors = 'errors' in result ? result.errors?.map(({ extensions }) => extensions['code']) : undefined;
      log.info(
        {
          requestId,
          operation: operation?.operation,
          name: operation?.name?.value.slice(0, 64),
          ms: Math.round(performance.now() - (startedAt ?? 0)),
          upstreamCalls: usage?.calls ?? 0,
          ...(usage !== undefined && usage.undecodable.size > 0
            ? { undecodable: Object.fromEntries(usage.undecodable) }
            : {}),
          ...(errors === undefined ? {} : { errors }),
        },
        'operation',
      );
    },
  };
}
