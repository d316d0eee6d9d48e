import { tracingChannel } from 'node:diagnostics_channel';
import type { Gateway } from '../../src/gateway.ts';
import { createFastPath } from '../../src/http/fast-path.ts';
import { startHttpServer } from '../../src/http/server.ts';
import { type Answer, toAnswer } from '../support/gateway.ts';

/** The fast path and the Yoga path. */
export const paths = ['fast', 'yoga'] as const;
export type Path = (typeof paths)[number];

/** A gateway with two listening servers, one for each path. */
export type BothPaths = {
  readonly urls: Readonly<Record<Path, string>>;
  /** Sends the parameters of an operation over a socket. */
  post(path: Path, params: object, headers?: Record<string, string>): Promise<Answer>;
  stop(): Promise<void>;
};

export async function listenOnBothPaths(gateway: Gateway): Promise<BothPaths> {
  const fast = await startHttpServer(createFastPath(gateway), '127.0.0.1', 0);
  const yoga = await startHttpServer(gateway.yogaPath, '127.0.0.1', 0);
  const urls = { fast: fast.url, yoga: yoga.url };
  return {
    urls,
    async post(path, params, headers = {}) {
      const response = await fetch(`${urls[path]}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
        body: JSON.stringify(params),
      });
      return toAnswer(response);
    },
    async stop() {
      await Promise.all([fast.stop(0), yoga.stop(0)]);
    },
  };
}

type Step = 'parse' | 'validate' | 'execute:variableCoercion';

/** Counts the calls of graphql since the last `reset`, with its diagnostics channels. */
export type GraphqlCalls = {
  readonly counts: Record<Step, number>;
  /** The largest number of errors of one call. */
  maxErrors(): number;
  reset(): void;
  stop(): void;
};

export function watchGraphql(): GraphqlCalls {
  const steps: readonly Step[] = ['parse', 'validate', 'execute:variableCoercion'];
  const counts: Record<Step, number> = { parse: 0, validate: 0, 'execute:variableCoercion': 0 };
  let maxErrors = 0;
  const stops = steps.map((step) => {
    const { start, end } = tracingChannel<string, { result?: unknown }>(`graphql:${step}`);
    const onStart = () => {
      counts[step] += 1;
    };
    const onEnd = (message: unknown) => {
      const { result } = message as { result?: readonly unknown[] | { errors?: readonly unknown[] } };
      const errors = Array.isArray(result) ? result : (result as { errors?: readonly unknown[] } | undefined)?.errors;
      maxErrors = Math.max(maxErrors, errors?.length ?? 0);
    };
    start.subscribe(onStart);
    end.subscribe(onEnd);
    return () => {
      start.unsubscribe(onStart);
      end.unsubscribe(onEnd);
    };
  });
  return {
    counts,
    maxErrors: () => maxErrors,
    reset() {
      for (const step of steps) counts[step] = 0;
      maxErrors = 0;
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}

/** Joins a text for each number up to `count` with spaces. */
export function times(count: number, text: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => text(n)).join(' ');
}
