import process from 'node:process';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Config } from './config/config.ts';
import { Detail } from './errors.ts';

export type Log = Logger;

/**
 * Stdout, written to once for all lines of a turn of the event loop: a write costs more than the line. What ends the process
 * in an orderly way, an uncaught error too, loses nothing; a kill loses the lines of the turn that it hits.
 */
function linesByTurn() {
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

/** One for all logs of the process. */
const stdout = linesByTurn();
process.once('exit', stdout.flush);

/** JSON lines on stdout. What may be personal or secret never gets here: callers log names, codes, counts and times. */
export function createLog(level: Config['logLevel'], destination: DestinationStream = stdout): Log {
  return pino({ level }, destination);
}

/**
 * What an operator may see of an error and all its causes: kinds, codes and stack frames. Messages stay out, because
 * those of libraries quote values, bodies and addresses; what is safe and tells more than its kind is a `Detail`.
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
