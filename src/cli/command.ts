import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

/** The exit codes of the command; `docs/cli.md` describes them. */
export const exitCode = { ok: 0, problem: 1, usage: 2 } as const;

/** What a command may use of its process. */
export type CommandProcess = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The names of the variables in `env` that `loadEnvFile` has set. */
  readonly fileVariables: ReadonlySet<string>;
  /** The version of the package. */
  readonly version: string;
  /** Writes to the standard output. Resolves when the text is written, or when its reader has ended. */
  print(text: string): Promise<void>;
  /** Writes a line to the standard error. */
  report(line: string): void;
  /** Says on a terminal what is being done now, before work that takes more than a second. */
  reportProgress(line: string): void;
  /** Reads the standard input to its end. */
  readStdin(): Promise<string>;
  /** Sets the variables of a file with lines like `NAME=value`, except those that are already set. @throws for a file that cannot be read */
  loadEnvFile(file: string): void;
  /** Resolves with the first SIGINT or SIGTERM. A second one ends the process. */
  untilStopped(): Promise<void>;
};

/** One command, like `schema` in `contactgraph schema`. */
export type Command = {
  /**
   * @param args the arguments after the name of the command
   * @returns the exit code; undefined for a command that continues to run and ends the process itself
   */
  run(args: readonly string[], process: CommandProcess): Promise<number | undefined>;
};

/** Arguments that the command does not have, or that have a wrong value. The exit code is 2. */
export class UsageError extends Error {}

/** A problem that the user can solve, like a file that cannot be read. The exit code is 1, and no stack trace is printed. */
export class CommandFailure extends Error {}

type Values<T extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

type Definition<T extends ParseArgsOptionsConfig> = {
  readonly help: string;
  readonly options: T;
  /** The name of the one argument that is not an option, like `file`; without it the command takes none. */
  readonly operand?: string;
  run(values: Values<T>, operand: string, process: CommandProcess): Promise<number | undefined>;
};

/** Not `--env-file`, because Node reads that option itself, also where it follows the name of a script. */
const commonOptions = { help: { type: 'boolean', short: 'h' }, env: { type: 'string' } } as const;

/** Creates a command from its options. Every command has `--help` and `--env` as well. */
export function defineCommand<const T extends ParseArgsOptionsConfig>(definition: Definition<T>): Command {
  const { help, options, operand, run } = definition;
  return {
    async run(args, process) {
      const { values, positionals } = parse(args, { ...commonOptions, ...options });
      if (values['help'] === true) {
        await process.print(`${help}\n`);
        return exitCode.ok;
      }
      const [first, ...others] = positionals;
      if (operand === undefined ? first !== undefined : others.length > 0) {
        throw new UsageError(`Unexpected argument '${operand === undefined ? first : others[0]}'`);
      }
      if (operand !== undefined && first === undefined) throw new UsageError(`The argument <${operand}> is missing`);
      if (typeof values['env'] === 'string') process.loadEnvFile(values['env']);
      return run(values as Values<T>, first ?? '', process); // `parse` has the same options, and two more
    },
  };
}

function parse(args: readonly string[], options: ParseArgsOptionsConfig) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Reads an option with a whole number. @throws {UsageError} */
export function toInteger(option: string, text: string, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw new UsageError(`--${option} must be an integer from 0 to ${max}`);
  return value;
}
