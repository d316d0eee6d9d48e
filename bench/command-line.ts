import process from 'node:process';

/**
 * Runs the main function of a script. `--help` prints the usage; an error is printed with the usage and exits with 1.
 *
 * @param run receives the arguments of the command line
 */
export async function runScript(usage: string, run: (args: readonly string[]) => Promise<void>): Promise<void> {
  // A signal must run the exit handlers, which end the child processes.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const args = process.argv.slice(2);
  try {
    if (args.includes('--help')) console.log(usage);
    else await run(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
    process.exitCode = 1;
  }
}

/** Parses the value of an option. @throws {Error} for anything but an integer from `min` with at most nine digits */
export function toInteger(option: string, text: string, min = 1): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min)) throw new Error(`--${option} takes whole numbers from ${min}`);
  return value;
}
