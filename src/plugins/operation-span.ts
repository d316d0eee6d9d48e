import type { ResultStep } from './result-pipeline.ts';

/** The length of the longest name of an operation in logs and traces. */
export const maxNameLength = 64;

/** The most codes of errors that a span lists. */
const maxCodes = 10;

/** Ends the span of an operation with its kind, its name, its upstream calls and the codes of its errors. */
export const endOperationSpan: ResultStep = (result, { operation, resolverContext }) => {
  const span = resolverContext?.usage.span;
  if (span?.isRecording !== true) return result;
  const codes = [...new Set(result.errors?.map(({ extensions }) => String(extensions['code'])))];
  const type = operation?.operation ?? 'unknown';
  span.set({
    'graphql.operation.type': type,
    ...(operation?.name && { 'graphql.operation.name': operation.name.value.slice(0, maxNameLength) }),
    ...(codes.length > 0 && { 'contactgraph.error.codes': codes.slice(0, maxCodes) }),
    'contactgraph.requests': resolverContext?.usage.calls ?? 0,
  });
  span.end(codes[0], type);
  return result;
};
