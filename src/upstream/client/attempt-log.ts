import { PublicError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { type ObserveAttempt, withAttemptObservers } from './attempt-observer.ts';
import type { SendAttempt } from './call.ts';
import { endpointNameOf } from './endpoint-name.ts';

/**
 * Reports each attempt to the log, if that writes lines of the level `debug`, and to the trace.
 *
 * @param trace undefined where nothing is traced
 */
export function observeAttempts(send: SendAttempt, log: Log, trace: ObserveAttempt | undefined): SendAttempt {
  const observers = trace === undefined ? [] : [trace];
  return withAttemptObservers(send, log.isLevelEnabled('debug') ? [...observers, logAttempts(log)] : observers);
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
