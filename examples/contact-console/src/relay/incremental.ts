import type { GraphQLResponse, GraphQLSingularResponse } from 'relay-runtime';
import type { ResponseError } from './gateway-error';

type Data = NonNullable<GraphQLSingularResponse['data']>;

/** What arrives later for a fragment with `@defer`. */
type DeferredPart = { data: Data | null; path: (string | number)[]; label: string; errors?: ResponseError[] };

/** A part of a response in the format of 2022 (`deferSpec=20220824`). A response in one piece is a part without `hasNext`. */
export type Part = {
  data?: Data | null;
  errors?: ResponseError[];
  incremental?: DeferredPart[];
  hasNext?: boolean;
};

/** Returns the responses that Relay makes of a part: it takes each deferred fragment as a response of its own. */
export function toRelayResponses({ data, errors, incremental = [], hasNext = false }: Part): GraphQLResponse[] {
  const first = data == null ? [] : [{ data, ...(errors && { errors }), extensions: { is_final: !hasNext } }];
  const later = incremental.map((part, index) => ({
    ...toDeferredResponse(part),
    extensions: { is_final: !hasNext && index === incremental.length - 1 },
  }));
  return [...first, ...later];
}

/** Relay looks up the errors of a deferred fragment by their path from that fragment. */
function toDeferredResponse({ data, path, label, errors }: DeferredPart) {
  const ownErrors = errors?.map((error) => ({ ...error, path: error.path?.slice(path.length) ?? [] }));
  return { data: data ?? {}, path, label, ...(ownErrors && { errors: ownErrors }) };
}
