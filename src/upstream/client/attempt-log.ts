import { PublicError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type ObserveAttempt, withAttemptObservers } from './attempt-observer.ts';
import type { SendAttempt } from './call.ts';
import { endpointNameOf } from './endpoint-name.ts';

/**
 * Reports each attempt to the observers that there are, and to the log, if that writes lines of the level `debug`.
 *
 * @param observers undefined for those that are switched off
 */
export function observeAttempts(
  send: SendAttempt,
  log: Log,
  ...observers: readonly (ObserveAttempt | undefined)[]
): SendAttempt {
  const all = [...observers, log.isLevelEnabled('debug') ? logAttempts(log) : undefined];
  return withAttemptObservers(
    send,
    all.filter((observer) => observer !== undefined),
  );
}

/** Creates the observer that logs one line for each attempt, with the level `debug`: names, codes and times, no ids. */
function logAttempts(log: Log): ObserveAttempt {
  return ({ method, path, recorder, waitedMs }) => {
    const startedAt = performance.now();
    return ({ statusClass, error }) => {
      log.debug(
        {
          requestId: recorder?.requestId,
          ...(recorder?.span && { trace_id: recorder.span.traceId }),
          endpoint: endpointNameOf(path),
          method,
          attempt: recorder?.attempt ?? 1,
          status: (error instanceof PublicError ? error.upstreamStatus : undefined) ?? statusClass,
          ms: Math.round(performance.now() - startedAt),
          ...(waitedMs !== undefined && { waitedMs: Math.round(waitedMs) }),
          ...(error instanceof PublicError && { error: error.code }),
        },
        'upstream call',
      );
    };
  };
}
