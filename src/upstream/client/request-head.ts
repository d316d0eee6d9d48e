import { BadUserInput } from '../../errors.ts';
import type { UpstreamCall } from './call.ts';

/** The path of a call with its query. */
export function targetOf({ path, query }: UpstreamCall): string {
  return query === undefined || query.size === 0 ? safePath(path) : `${safePath(path)}?${query}`;
}

/**
 * A second check behind `parseId`: the path has plain segments only, whatever was inserted. A dot stands between other
 * characters, as in the id of an app, so that no segment is `.` or `..`.
 */
function safePath(path: string): string {
  if (!/^(?:\/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)+$/.test(path))
    throw new BadUserInput('An id does not fit into an upstream path.');
  return path;
}

/** The headers of a call, as names and values in alternation. */
export function headersOf({ bearer, body, recorder, trace }: UpstreamCall): string[] {
  const requestId = recorder?.requestId;
  return ['accept', 'application/json', 'accept-encoding', 'gzip'].concat(
    bearer === undefined ? [] : ['authorization', `Bearer ${bearer.reveal()}`],
    body === undefined ? [] : ['content-type', 'application/json'],
    requestId === undefined ? [] : ['x-request-id', requestId],
    trace === undefined ? [] : trace.headers,
  );
}
