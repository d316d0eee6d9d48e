import { type Command, CommandFailure, type CommandProcess, exitCode, UsageError } from './command.ts';

/** The commands. Each is loaded when it is used, so that `start` has handlers for signals as early as possible. */
const commands: Readonly<Record<string, { summary: string; load(): Promise<{ command: Command }> }>> = {
  start: { summary: 'runs the gateway', load: () => import('./start.ts') },
  emulator: { summary: 'runs the emulator of the upstream', load: () => import('./emulator.ts') },
  doctor: { summary: 'compares an upstream with the wire contract', load: () => import('./doctor.ts') },
  schema: { summary: 'prints the GraphQL schema', load: () => import('./schema.ts') },
  cost: { summary: 'prints what the operations of a file cost in upstream calls', load: () => import('./cost.ts') },
  keys: { summary: 'creates keys for CURSOR_KEYS and SESSION_KEYS', load: () => import('./keys.ts') },
  config: { summary: 'prints the configuration that is in force', load: () => import('./config.ts') },
};

const help = `Usage: contactgraph <command> [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  .join('\n')}

Options of every command:

  --env <file>  reads environment variables from a file; those that are set already have precedence
  -h, --help    prints the options of the command

contactgraph --version prints the version. The exit code is 0, 1 if a problem was found or the work
failed, or 2 for wrong arguments.`;

/**
 * Runs the command that the arguments name, and reports its failure.
 *
 * @param args the arguments after `contactgraph`
 * @returns the exit code; undefined for a command that continues to run and ends the process itself
 */
export async function runCommand(args: readonly string[], process: CommandProcess): Promise<number | undefined> {
  const [name = '', ...rest] = args;
  try {
    if (name === '--help' || name === '-h') return await printLine(help, process);
    if (name === '--version' || name === '-v') return await printLine(process.version, process);
    if (!Object.hasOwn(commands, name)) {
      const names = Object.keys(commands).join(', ');
      throw new UsageError(`${name === '' ? 'The command is missing' : `'${name}' is no command`}; there are ${names}`);
    }
    const { command } = (await commands[name]?.load()) ?? {};
    return await command?.run(rest, process);
  } catch (error) {
    return reportFailure(error, Object.hasOwn(commands, name) ? `contactgraph ${name}` : 'contactgraph', process);
  }
}

async function printLine(line: string, process: CommandProcess): Promise<number> {
  await process.print(`${line}\n`);
  return exitCode.ok;
}

function reportFailure(error: unknown, command: string, process: CommandProcess): number {
  if (error instanceof UsageError) {
    process.report(`${command}: ${error.message}.\nTry "${command} --help".`);
    return exitCode.usage;
  }
  const { message, stack } = error instanceof Error ? error : { message: String(error) };
  if (error instanceof Error && 'problems' in error && Array.isArray(error.problems)) {
    process.report(`${command}: ${message}`);
    for (const problem of error.problems) process.report(`  - ${problem}`);
  } else {
    // An error of the system, like an address that is in use, has a code. Any other is a defect, whose stack helps to find it.
    const isExpected = error instanceof CommandFailure || (error instanceof Error && 'code' in error);
    process.report(`${command}: ${isExpected ? message : (stack ?? message)}`);
  }
  return exitCode.problem;
}
