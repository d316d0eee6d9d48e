// Importing this module fakes the timers of each test of the file.
import { afterEach, beforeEach, vi } from 'vitest';
import type { ResponseBody } from '../../../../src/upstream/client/body.ts';
import type { UpstreamCall } from '../../../../src/upstream/client/client.ts';
import { errorForStatus } from '../../../../src/upstream/client/errors.ts';
import { withAttemptGuards } from '../../../../src/upstream/resilience/attempt-guard.ts';
import {
  type ConcurrencyLimiterOptions,
  createConcurrencyLimiter,
} from '../../../../src/upstream/resilience/concurrency-limiter.ts';

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'],
  });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The body of a response. */
export const body: ResponseBody = { bytes: Buffer.alloc(0), json: {} };

/** The error of a call that is answered with a 503. */
export const unavailable = errorForStatus(503);

type Made = { name: string; succeed(): void; fail(error: Error): void };

/** A limiter before an upstream whose responses the test decides; calls are named by their path. */
export function limited(options: ConcurrencyLimiterOptions = {}) {
  const limiter = createConcurrencyLimiter(options);
  const made: Made[] = [];
  const ended: Record<string, string> = {};
  const send = withAttemptGuards([limiter], ({ path }) => {
    const { promise, resolve, reject } = Promise.withResolvers<ResponseBody>();
    made.push({ name: path, succeed: () => resolve(body), fail: reject });
    return promise;
  });
  return {
    limiter,
    made,
    /** The results of ended calls by their name: `ok` or the name of the error. */
    ended,
    names: () => made.map(({ name }) => name),
    /** Makes calls of one tenant, and waits until the permitted ones have reached the upstream. */
    async call(tenant: string, names: readonly string[], call: Partial<UpstreamCall> = {}) {
      for (const path of names) {
        send({ kind: 'read', method: 'GET', path, tenant, signal: new AbortController().signal, ...call }).then(
          () => {
            ended[path] = 'ok';
          },
          (error: Error) => {
            ended[path] = error.name;
          },
        );
      }
      await settle();
    },
    /** Ends the calls that have reached the upstream, the oldest first. */
    async end(count: number, error?: Error) {
      for (const call of made.splice(0, count)) error === undefined ? call.succeed() : call.fail(error);
      await settle();
    },
  };
}

/** Waits until all work is done that does not wait for a timer. */
export const settle = () => vi.advanceTimersByTimeAsync(0);

/** Returns the names of `count` calls of a tenant, counted from 1. */
export const names = (tenant: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${tenant}${index + 1}`);

/** The state of a limiter without a pending call. */
export const idle = { inFlight: 0, queued: 0, tenants: 0 };
