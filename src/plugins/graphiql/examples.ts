import { readdirSync, readFileSync } from 'node:fs';

/** An example operation: the name of its file, and its document. */
export type Example = { name: string; query: string };

const DIRECTORY = new URL('../../../examples/', import.meta.url);

/** Reads the example operations of this repository in the order of their file names; synchronous, so only at start. */
export function readExamples(directory: URL = DIRECTORY): Example[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => ({
      name: file.slice(0, -'.graphql'.length),
      query: readFileSync(new URL(file, directory), 'utf8').trimEnd(),
    }));
}
