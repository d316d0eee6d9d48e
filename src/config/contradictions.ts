import { defaultClientLimits } from './client-limits.ts';
import { generateKeyCommand } from './cursor-keys.ts';
import { defaultMaxResponseBytes } from './environment.ts';
import { findWorkerProblems } from './workers.ts';

/** Finds problems in variables that are each valid by themselves. */
export function findContradictions(given: Record<string, string | undefined>): string[] {
  const problems: string[] = [];
  if (given['AUTH_MODE'] === 'demo' && given['UPSTREAM_URL'] !== undefined) {
    problems.push('AUTH_MODE demo serves the embedded emulator only: unset UPSTREAM_URL, or use passthrough.');
  }
  if (given['AUTH_MODE'] === 'passthrough' && given['UPSTREAM_URL'] === undefined) {
    problems.push('AUTH_MODE passthrough needs an UPSTREAM_URL.');
  }
  if ((given['UPSTREAM_CLIENT_KEY'] === undefined) !== (given['UPSTREAM_CLIENT_SECRET'] === undefined)) {
    problems.push('UPSTREAM_CLIENT_KEY and UPSTREAM_CLIENT_SECRET go together: one of them is missing.');
  }
  if (given['VALKEY_URL'] !== undefined && given['CURSOR_KEYS'] === undefined) {
    problems.push(`VALKEY_URL is for replicas, which need the same CURSOR_KEYS; ${generateKeyCommand} makes one.`);
  }
  const { PORT: port = '4000', METRICS_PORT: metricsPort } = given;
  if (metricsPort === port && port !== '0') problems.push('METRICS_PORT is another port than PORT.');
  const { MAX_UNSENT_BYTES: unsent = defaultClientLimits.maxUnsentBytes, MAX_RESPONSE_BYTES: response } = given;
  if (Number(unsent) < Number(response ?? defaultMaxResponseBytes)) {
    problems.push(
      'MAX_UNSENT_BYTES is at least MAX_RESPONSE_BYTES: otherwise a client could not get the largest response.',
    );
  }
  return [...problems, ...findWorkerProblems(given)];
}
