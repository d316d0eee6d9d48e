import { type ChildProcess, spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** What the clients of a load generator have counted. */
export type LoadFigures = {
  /** Requests that were answered. */
  requests: number;
  /** Connections that could not be opened, or that broke while a request was written or its answer was read. */
  connect: number;
  read: number;
  write: number;
  /** Requests without an answer for ten seconds. */
  timeout: number;
  /** Answers with a status from 400 on. */
  status: number;
  /** Answers whose body has `errors`. */
  errorAnswers: number;
};

const script = fileURLToPath(new URL('wrk.lua', import.meta.url));

/**
 * Starts wrk with 32 connections that stay open, each with its next request as soon as it has an answer.
 *
 * @returns a function that ends it and returns its figures
 */
export function startLoad(url: string): () => Promise<LoadFigures> {
  const options = ['-t1', '-c32', '-d600s', '--timeout', '10s', '-s', script, url];
  const child: ChildProcess = spawn('wrk', [...options, '--', '{ viewer { scopes } }'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed = text(child.stdout as NonNullable<typeof child.stdout>);
  return async () => {
    child.kill('SIGINT');
    const [, figures] = /^figures (.*)$/m.exec(await printed) ?? [];
    if (figures === undefined) throw new Error(`wrk printed ${await printed}`);
    return JSON.parse(figures) as LoadFigures;
  };
}

/** The number of requests that got no answer, or not the right one. */
export function lostOf({ connect, read, write, timeout, status, errorAnswers }: LoadFigures): number {
  return connect + read + write + timeout + status + errorAnswers;
}
