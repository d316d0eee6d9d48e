import { describe, expect, test } from 'vitest';
import { UpstreamUnavailable } from '../../../src/errors.ts';
import type { UpstreamCall } from '../../../src/upstream/client/call.ts';
import type { CallRecorder, EndedAttempt } from '../../../src/upstream/client/call-recorder.ts';
import { recordAttempts } from '../../../src/upstream/resilience/attempt-record.ts';
import { path } from '../../../src/upstream/wire/index.ts';

/** Ends an attempt of an operation that started `agoMs` ago. @returns the attempts that were kept */
function endAttempt(slowMs: number, agoMs: number, error?: Error): readonly EndedAttempt[] {
  const kept: EndedAttempt[] = [];
  const startedAt = performance.now() - agoMs;
  const recorder: CallRecorder = {
    ...{ requestId: 'one', startedAt, attempt: 1, span: undefined, explained: undefined },
    sent: () => undefined,
    keep: (attempt) => void kept.push(attempt),
  };
  const { signal } = new AbortController();
  const call: UpstreamCall = { kind: 'read', method: 'GET', path: path.devices('a'), signal, recorder };
  recordAttempts(slowMs).leave(performance.now(), call, error);
  return kept;
}

describe('the attempts of an operation that are kept for the log', () => {
  test('an attempt that ends in the first tenth of the time of a slow operation is not kept', () => {
    expect(endAttempt(1_000_000, 50_000)).toEqual([]);
  });

  test('a later one is kept, with its endpoint and the code of its error', () => {
    const common = { endpoint: 'devices', attempt: 1, startedMs: expect.any(Number), ms: 0 };
    expect(endAttempt(1_000, 50_000)).toEqual([common]);
    const failure = new UpstreamUnavailable('The upstream failed.');
    expect(endAttempt(1_000, 50_000, failure)).toEqual([{ ...common, error: 'UPSTREAM_UNAVAILABLE' }]);
  });

  test('none is kept where no operation is slow', () => {
    expect(endAttempt(0, 1e12)).toEqual([]);
  });
});

test('a failed attempt names its endpoint and its duration to the log, also where it is not kept', () => {
  const failure = new UpstreamUnavailable('The upstream failed.');
  endAttempt(0, 10, failure);
  expect(failure.attempt).toEqual({ endpoint: 'devices', ms: 0 });
});
