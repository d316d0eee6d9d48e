import { getOperationAST, OperationTypeNode } from 'graphql';
import { createSharedDeadline } from '../async/deadline.ts';
import { createTickBatcher } from '../async/tick-batcher.ts';
import { BadUserInput } from '../errors.ts';
import { refusal } from '../execution/response-fields.ts';
import { createUsage } from '../upstream/operation/usage.ts';
import type { Batch, OperationContext, Plugin, ServerContext } from './plugin.ts';

/** @param operations the parameters of each operation */
export function createBatch(operations: readonly object[]): Batch {
  const sums = { requestedCalls: 0, responseFields: 0, responseBytes: 0, errors: 0, keyedMutations: 0 };
  return { operations, contexts: [], ...sums };
}

/**
 * Separates the operations of a batch, which Yoga executes side by side: each has its own cost, and returns its capacity when it
 * ends. They share the caller and the deadline of their request.
 *
 * @param mayExplain whether an operation explains what it cost
 */
export function useBatch(mayExplain: boolean): Plugin {
  // Yoga would parse and validate all operations of a batch before the event loop does anything else.
  const startSoon = createTickBatcher(1, (start: () => void) => start());

  function separate(context: ServerContext & OperationContext, index: number): void {
    const { authenticated, requestId, span } = context;
    if (authenticated === undefined) throw new Error('A batch without an authenticated caller.');
    const { caller, deadline, usage } = authenticated;
    context.authenticated = {
      caller,
      deadline: createSharedDeadline(deadline),
      // The authentication of the request is part of the usage of its first operation.
      usage: index === 0 ? usage : createUsage({ explain: mayExplain, requestId, span }),
    };
  }

  return {
    onParams({ params, context }) {
      const { batch } = context;
      if (batch === undefined) return undefined;
      const index = batch.operations.indexOf(params);
      batch.contexts[index] = context;
      separate(context, index);
      return new Promise<void>(startSoon);
    },
    onExecute({ args, setResultAndStopExecution }) {
      const { batch, request } = args.contextValue;
      if (batch === undefined || request.headers.get('idempotency-key') === null) return;
      if (getOperationAST(args.document, args.operationName)?.operation !== OperationTypeNode.MUTATION) return;
      batch.keyedMutations += 1;
      if (batch.keyedMutations > 1) setResultAndStopExecution(refusal(new BadUserInput(oneMutation)));
    },
    onExecutionResult({ context }) {
      if (context.batch !== undefined) context.authenticated?.deadline.end();
    },
  };
}

const oneMutation =
  'Nothing was done: a batch with an Idempotency-Key has one mutation, because a batch that is sent again may be divided in another way. Send this one as a request with a key of its own.';
