import { vi } from 'vitest';
import type { Outcome } from '../../bench/resilience/failure-patterns.ts';
import { createRandom, integerBelow, type Random } from '../../emulator/data/random.ts';
import { UpstreamTimeout } from '../../src/errors.ts';
import type { ResponseBody } from '../../src/upstream/client/body.ts';
import type { SendAttempt } from '../../src/upstream/client/client.ts';
import { errorForFailure, errorForStatus } from '../../src/upstream/client/errors.ts';
import { createCallPipeline, type Guard } from '../../src/upstream/resilience/pipeline.ts';

/** What the simulated upstream does with a call, as in bench/resilience/failure-patterns.ts. */
export type OutcomeOf = (percentile: number, random: Random, sinceMs: number) => Outcome;

/** A load of operations with one call each, and the guards that are switched off. */
export type SimulatedLoad = { perSecond: number; seconds: number; off: readonly Guard[] };

const body: ResponseBody = { bytes: Buffer.from('{}'), json: {} };
const sockets = 256;
const deadlineMs = 10_000;

/** Sends attempts over so many sockets as the client does: an attempt waits for a socket within its time-out. */
function createSimulatedClient(outcomeOf: OutcomeOf): SendAttempt {
  const startedAt = performance.now();
  const attempts = new Map<string, number>();
  const waiting: (() => void)[] = [];
  let busy = 0;

  /** The outcome depends on the call and on how often it was sent before, and not on the guards. */
  function nextOutcome(path: string): Outcome {
    const attempt = (attempts.get(path) ?? 0) + 1;
    attempts.set(path, attempt);
    const random = createRandom(Number(path), attempt);
    return outcomeOf(integerBelow(random, 100), random, performance.now() - startedAt);
  }

  return ({ path, signal }, timeoutMs) =>
    new Promise((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      let hasSocket = false;
      let isOver = false;
      const timeout = setTimeout(() => end(() => reject(new UpstreamTimeout('late'))), timeoutMs);
      const onAbort = () => end(() => reject(errorForFailure(new Error('aborted'), signal)));
      signal.addEventListener('abort', onAbort);

      function end(settle: () => void): void {
        isOver = true;
        clearTimeout(timeout);
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        settle();
        if (!hasSocket) return;
        busy -= 1;
        waiting.shift()?.();
      }

      function start(): void {
        if (isOver) {
          waiting.shift()?.();
          return;
        }
        hasSocket = true;
        busy += 1;
        const outcome = nextOutcome(path);
        if (outcome === 'hang') return;
        const { status, ms } = outcome;
        timer = setTimeout(() => end(() => (status === 200 ? resolve(body) : reject(errorForStatus(status)))), ms);
      }

      if (busy < sockets) start();
      else waiting.push(start);
    });
}

/** @returns the share of operations that succeed, with the defaults of the gateway; it needs fake timers */
export async function simulateOperations(
  outcomeOf: OutcomeOf,
  { perSecond, seconds, off }: SimulatedLoad,
): Promise<number> {
  const client = createSimulatedClient(outcomeOf);
  const times = { tryTimeoutMs: 3_000, queueWaitMs: 5_000, slowOperationMs: 0 };
  const { send } = createCallPipeline(client, { off, connections: sockets, queueMax: 10_000, ...times });
  let succeeded = 0;
  let started = 0;

  async function operate(path: string): Promise<void> {
    const operation = new AbortController();
    const endsAt = performance.now() + deadlineMs;
    const timer = setTimeout(() => operation.abort(new DOMException('', 'TimeoutError')), deadlineMs);
    try {
      await send({ kind: 'read', method: 'GET', path, signal: operation.signal, endsAt: () => endsAt });
      succeeded += 1;
    } catch {
      // The operation failed.
    } finally {
      clearTimeout(timer);
    }
  }

  const starts = setInterval(() => {
    started += 1;
    void operate(String(started));
  }, 1_000 / perSecond);
  await vi.advanceTimersByTimeAsync(seconds * 1_000);
  clearInterval(starts);
  await vi.advanceTimersByTimeAsync(deadlineMs);
  return succeeded / started;
}
