import type { Dispatcher } from 'undici';

/** How far a call has come: as long as no byte of it has left, nothing can have been done. */
export type Attempt = { isSent: boolean };

/** Notes when the first byte of a request is about to leave. */
export function noting(attempt: Attempt): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart(...args) {
        attempt.isSent = true;
        handler.onRequestStart?.(...args);
      },
      onRequestUpgrade: (...args) => handler.onRequestUpgrade?.(...args),
      onResponseStart: (...args) => handler.onResponseStart?.(...args),
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args),
    });
}
