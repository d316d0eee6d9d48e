import { PublicError } from '../../errors.ts';
import type { ObserveAttempt } from './attempt-observer.ts';
import { endpointNameOf } from './endpoint-name.ts';
import { describeEndpoint } from './endpoint-template.ts';

/** Keeps each attempt of an operation whose client requested an explanation: names, codes, sizes and times, no ids. */
export const explainAttempts: ObserveAttempt = ({ method, path, recorder, waitedMs = 0 }) => {
  const attempts = recorder?.explained;
  if (recorder === undefined || attempts === undefined) return nothing;
  const sentAt = performance.now();
  return ({ statusClass, error }, body) => {
    attempts.push({
      endpoint: describeEndpoint(endpointNameOf(path), method),
      startedMs: sentAt - recorder.startedAt,
      ms: performance.now() - sentAt,
      waitedMs,
      status: (error instanceof PublicError ? error.upstreamStatus : undefined) ?? statusClass,
      bytes: body?.bytes.byteLength,
      error: error instanceof PublicError ? error.code : error === undefined ? undefined : 'INTERNAL',
    });
  };
};

const nothing = () => undefined;
