import { readFileSync } from 'node:fs';
import { type DocumentNode, GraphQLError, parse, Source, validate } from 'graphql';
import { readConfig } from '../config/config.ts';
import { schema } from '../schema/index.ts';
import { CommandFailure, type CommandProcess, defineCommand, exitCode, toInteger } from './command.ts';
import { computeCosts, type OperationCosts } from './operation-costs.ts';
import { toTable } from './table.ts';

export const command = defineCommand({
  help: `Usage: contactgraph cost <file> [--variables <file>] [--max <calls>] [--json] [--env <file>]

Prints how many upstream calls each operation of a GraphQL file can make at most, for a caller that may use
every field; "-" reads the standard input. The file is validated against the schema. The exit code is 1 for
an invalid file, and when an operation costs more than --max.

  --variables <file>  a JSON object with values of variables, for all operations of the file
  --max <calls>       the most upstream calls of one operation; without it MAX_UPSTREAM_CALLS, by default 500
  --json              prints a list of objects with name, calls and largest, the field that costs most
  --env <file>        reads environment variables, like MAX_PAGE_SIZE, from a file`,
  options: { variables: { type: 'string' }, max: { type: 'string' }, json: { type: 'boolean' } },
  operand: 'file',
  async run({ variables, max, json }, file, process) {
    const { maxPageSize, maxUpstreamCalls } = readConfig(process.env);
    const maxCalls = max === undefined ? maxUpstreamCalls : toInteger('max', max, 1_000_000);
    const document = await readDocument(file, process);
    if (document === undefined) return exitCode.problem;

    const { costs, errors } = computeCosts(document, readVariables(variables), maxPageSize);
    reportErrors(errors, process);
    await process.print(json ? `${JSON.stringify(costs.map(toJson), null, 2)}\n` : toText(costs));
    const expensive = costs.filter(({ calls }) => calls > maxCalls);
    for (const cost of expensive) {
      process.report(`${nameOf(cost)} costs up to ${cost.calls} upstream calls, and ${maxCalls} are allowed.`);
    }
    return errors.length + expensive.length === 0 ? exitCode.ok : exitCode.problem;
  },
});

/** Reads and validates a document. @returns undefined when its errors were reported */
async function readDocument(file: string, process: CommandProcess): Promise<DocumentNode | undefined> {
  const text = file === '-' ? await process.readStdin() : readFileSync(file, 'utf8');
  try {
    const document = parse(new Source(text, file === '-' ? 'stdin' : file));
    const errors = validate(schema, document);
    reportErrors(errors, process);
    return errors.length === 0 ? document : undefined;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    reportErrors([error], process);
    return undefined;
  }
}

function readVariables(file: string | undefined): Record<string, unknown> {
  if (file === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new CommandFailure(`${file} cannot be read as JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new CommandFailure(`${file} must contain a JSON object with values of variables`);
}

/** Reports errors as compilers do: with the file, the line and the column. */
function reportErrors(errors: readonly GraphQLError[], process: CommandProcess): void {
  for (const { message, locations = [], source } of errors) {
    const [{ line, column } = { line: 1, column: 1 }] = locations;
    process.report(`${source?.name ?? 'document'}:${line}:${column}: ${message}`);
  }
}

function toText(costs: readonly OperationCosts[]): string {
  const rows = costs.map((cost) => {
    const { calls, largest } = cost;
    const most = largest === undefined ? '' : `${largest.name}, ${largest.calls} at ${largest.path.join('.')}`;
    return [String(calls), nameOf(cost), most];
  });
  return toTable([['calls', 'operation', 'costs most'], ...rows]);
}

function toJson({ name = null, calls, largest = null }: Record<keyof OperationCosts, unknown>) {
  return { name, calls, largest };
}

function nameOf({ name }: OperationCosts): string {
  return name ?? '(without a name)';
}
