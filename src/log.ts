import process from 'node:process';
import { type DestinationStream, type LevelWithSilent, type Logger, pino } from 'pino';
import { Detail } from './errors.ts';

/** The log of the process: a pino logger. */
export type Log = Logger;

/**
 * Creates a destination that writes to stdout once for all lines of one iteration of the event loop, because a system call
 * costs more than formatting a line. An orderly exit, also by an uncaught error, loses no line; SIGKILL loses the lines of
 * the current iteration.
 */
function createBatchedStdout() {
  let file: DestinationStream | undefined;
  let lines = '';
  function flush(): void {
    const text = lines;
    lines = '';
    if (text === '') return;
    file ??= pino.destination({ sync: true });
    file.write(text);
  }
  return {
    flush,
    write(line: string) {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
  };
}

/** The one destination of all logs of the process. */
const stdout = createBatchedStdout();
process.once('exit', stdout.flush);

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
