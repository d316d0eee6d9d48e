import { readdirSync, readFileSync } from 'node:fs';
import { Kind, parse, valueFromASTUntyped } from 'graphql';

/** An example operation: the name of its file, its document, and the defaults of its variables as JSON. */
export type Example = { name: string; query: string; variables: string };

const DIRECTORY = new URL('../../../examples/', import.meta.url);

/** Reads the example operations of this repository in the order of their file names; synchronous, so only at start. */
export function readExamples(directory: URL = DIRECTORY): Example[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => {
      const query = readFileSync(new URL(file, directory), 'utf8').trimEnd();
      return { name: file.slice(0, -'.graphql'.length), query, variables: defaultsOf(query) };
    });
}

/** Returns the variables of a document, each with its default, or null without one, so that a reader has only to change them. */
function defaultsOf(query: string): string {
  const operations = parse(query).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const variables = operations.flatMap((operation) =>
    'variableDefinitions' in operation ? (operation.variableDefinitions ?? []) : [],
  );
  const values = variables.map(({ variable, defaultValue }) => [
    variable.name.value,
    defaultValue === undefined ? null : valueFromASTUntyped(defaultValue),
  ]);
  return JSON.stringify(Object.fromEntries(values), undefined, 2);
}
