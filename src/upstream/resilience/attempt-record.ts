import { PublicError } from '../../errors.ts';
import type { UpstreamCall } from '../client/client.ts';
import { endpointNameOf } from '../client/endpoint-name.ts';
import type { AttemptGuard } from './attempt-guard.ts';

/**
 * Creates the guard that tells the log which endpoint a failed attempt called and how long it took, and keeps the attempts of
 * operations that may become slow. It rejects nothing.
 *
 * Nearly all operations end within a tenth of the time after which they are slow, and cost no memory for this. The attempts of
 * the others are kept from then on; the earlier ones cannot be what they wait for.
 *
 * @param slowMs the time after which an operation is slow, in ms; 0 keeps none
 */
export function recordAttempts(slowMs: number): AttemptGuard<number> {
  const keepAfterMs = slowMs > 0 ? slowMs / 10 : Number.POSITIVE_INFINITY;

  function record(startedAt: number, now: number, { path, recorder, waitedMs }: UpstreamCall, error: unknown): void {
    const endpoint = endpointNameOf(path);
    const ms = Math.round(now - startedAt);
    const code = error === undefined || error instanceof PublicError ? error?.code : 'INTERNAL';
    if (error instanceof PublicError) error.attempt ??= { endpoint, ms };
    if (recorder === undefined || now < recorder.startedAt + keepAfterMs) return;
    recorder.keep({
      endpoint,
      attempt: recorder.attempt,
      startedMs: Math.round(startedAt - recorder.startedAt),
      ms,
      ...(waitedMs !== undefined && { waitedMs: Math.round(waitedMs) }),
      ...(code !== undefined && { error: code }),
    });
  }

  return {
    enter: () => performance.now(),
    leave(startedAt, call, error) {
      const now = performance.now();
      const endsEarly = call.recorder === undefined || now < call.recorder.startedAt + keepAfterMs;
      if (error !== undefined || !endsEarly) record(startedAt, now, call, error);
    },
  };
}
