import { expect, test } from 'vitest';
import * as errors from '../../../src/errors.ts';
import { errorForStatus } from '../../../src/upstream/client/errors.ts';
import {
  CircuitOpen,
  type FailureKind,
  failureKindOf,
  RateLimitGateClosed,
} from '../../../src/upstream/resilience/failure-kinds.ts';

function unavailable(code: string) {
  return new errors.UpstreamUnavailable('no', { cause: Object.assign(new Error(code), { code }) });
}

/** The columns are the error, `retry`, `congestion`, `upstream` and the names of the flags that are true. */
const table: [name: string, error: unknown, FailureKind['retry'], string, FailureKind['upstream'], string][] = [
  ['CircuitOpen', new CircuitOpen(), 'never', 'none', 'unknown', 'allowsStale'],
  ['RateLimitGateClosed', new RateLimitGateClosed(0), 'never', 'none', 'unknown', 'allowsStale refusesWrite'],
  ['Overloaded', new errors.Overloaded('no'), 'never', 'none', 'unknown', 'allowsStale allowsNextLogin'],
  ['UpstreamTimeout', new errors.UpstreamTimeout('no'), 'once', 'upstream', 'dead', 'allowsStale'],
  ['an unknown host', unavailable('ENOTFOUND'), 'never', 'none', 'dead', 'allowsStale'],
  ['a wrong certificate', unavailable('CERT_HAS_EXPIRED'), 'never', 'none', 'dead', 'allowsStale'],
  ['a lost connection', unavailable('ECONNRESET'), 'at-once-first', 'none', 'dead', 'allowsStale'],
  ['a refused connection', unavailable('ECONNREFUSED'), 'after-pause', 'none', 'dead', 'allowsStale'],
  ['status 500', errorForStatus(500), 'after-pause', 'none', 'dead', 'allowsStale'],
  ['status 502', errorForStatus(502), 'after-pause', 'upstream', 'dead', 'allowsStale'],
  ['status 503', errorForStatus(503), 'after-pause', 'upstream', 'dead', 'allowsStale'],
  ['status 504', errorForStatus(504), 'after-pause', 'upstream', 'dead', 'allowsStale'],
  ['UpstreamBadResponse', new errors.UpstreamBadResponse('no'), 'never', 'none', 'alive', 'allowsStale'],
  ['status 429', errorForStatus(429), 'at-gate', 'tenant', 'alive', 'allowsStale refusesWrite'],
  ['status 401', errorForStatus(401), 'never', 'none', 'alive', 'revokesCached refusesWrite refusesToken'],
  ['status 403', errorForStatus(403), 'never', 'none', 'alive', 'revokesCached refusesWrite refusesToken'],
  ['status 404', errorForStatus(404), 'never', 'none', 'alive', 'revokesCached refusesWrite'],
  ['status 409', errorForStatus(409), 'never', 'none', 'alive', 'refusesWrite'],
  ['status 410', errorForStatus(410), 'never', 'none', 'alive', 'refusesWrite'],
  ['status 302', errorForStatus(302), 'never', 'none', 'alive', 'allowsStale'],
  ['status 400', errorForStatus(400), 'never', 'none', 'alive', 'refusesWrite'],
  ['status 418', errorForStatus(418), 'never', 'none', 'alive', 'allowsStale refusesWrite'],
  ['UpstreamAuth', new errors.UpstreamAuth('no'), 'never', 'none', 'unknown', 'refusesWrite'],
  ['BadUserInput', new errors.BadUserInput('no'), 'never', 'none', 'unknown', ''],
  ['ClientGone', new errors.ClientGone('no'), 'never', 'none', 'unknown', ''],
  ['OutcomeUnknown', new errors.OutcomeUnknown('no', true), 'never', 'none', 'unknown', ''],
  ['CursorExpired', new errors.CursorExpired('no'), 'never', 'none', 'unknown', ''],
  ['an error that is not public', new TypeError('no'), 'never', 'none', 'unknown', ''],
  ['a thrown value that is no error', 'no', 'never', 'none', 'unknown', ''],
];

test.each(table)('the kind of %s has the effects that this table lists', (...row) => {
  const [, error, retry, congestion, upstream, effects] = row;
  const { retry: actualRetry, congestion: actualCongestion, upstream: actualUpstream, ...flags } = failureKindOf(error);
  const actualEffects = Object.entries(flags).flatMap(([effect, applies]) => (applies ? [effect] : []));
  expect([actualRetry, actualCongestion, actualUpstream, actualEffects.join(' ')]).toEqual([
    retry,
    congestion,
    upstream,
    effects,
  ]);
});
