import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { described, wholeNumber } from './variable-types.ts';

/** The variable of the number of processes that serve requests. */
export const workerVariables = {
  WORKERS: described(
    z.union([z.literal('auto'), wholeNumber(1, 256)]),
    'is auto, or a whole number from 1 to 256',
  ).default(1),
};

/** Finds what several workers need and do not have, whatever the number of cores is. */
export function findWorkerProblems(given: Record<string, string | undefined>): string[] {
  if (given['WORKERS'] === undefined || given['WORKERS'] === '1') return [];
  const problems: string[] = [];
  if (given['UPSTREAM_URL'] === undefined) {
    problems.push(
      'WORKERS other than 1 needs an UPSTREAM_URL: in demo mode each worker would have an emulator with data of its own.',
    );
  }
  if (given['VALKEY_URL'] === undefined) {
    problems.push(
      'WORKERS other than 1 needs a VALKEY_URL, through which the workers share the records of Idempotency-Keys, the writes that make cached contacts outdated, revoked tokens, attempts to start sessions, budgets of calls, scroll sessions and persisted queries.',
    );
  }
  if (given['REUSE_PORT'] === 'true') {
    problems.push('REUSE_PORT is for processes that are started one by one: unset it, because WORKERS share a port.');
  }
  return problems;
}

/** The number of workers; `auto` is one for each core that this process may use. */
export function toWorkerCount(workers: 'auto' | number): number {
  return workers === 'auto' ? availableParallelism() : workers;
}
