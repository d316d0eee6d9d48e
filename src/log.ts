import cluster from 'node:cluster';
import process from 'node:process';
import { type DestinationStream, type LevelWithSilent, type Logger, pino } from 'pino';
import { createStdout } from './async/stdout.ts';
import { Detail } from './errors.ts';

/** The log of the process: a pino logger. */
export type Log = Logger;

/** The standard output of the process, for all its logs. */
export const stdout = createStdout(process, describeDropped, cluster.isWorker);

function describeDropped(lines: number): string {
  const text: string[] = [];
  pino({}, { write: (line: string) => void text.push(line) }).warn({ lines }, 'lines of the log were dropped');
  return text.join('');
}

/** Creates a log of JSON lines on stdout. Callers log names, codes, counts and times, never personal data or secrets. */
export function createLog(level: LevelWithSilent, destination: DestinationStream = stdout): Log {
  return pino({ level }, destination);
}

/**
 * Describes an error and its causes for the log: names, codes and stack frames. Messages are left out, because those of
 * libraries quote values, bodies and addresses; a text that is safe to log is a `Detail`.
 */
export function describeError(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const { name, cause, stack } = error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line));
  const detail = error instanceof Detail ? error.message : undefined;
  return {
    name,
    code,
    detail,
    frames: frames?.slice(0, 8),
    ...(cause === undefined ? {} : { cause: describeError(cause) }),
  };
}
