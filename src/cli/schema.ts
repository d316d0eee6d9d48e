import { writeFileSync } from 'node:fs';
import { defineCommand, exitCode } from './command.ts';

export const command = defineCommand({
  help: `Usage: contactgraph schema [--output <file>]

Prints the GraphQL schema with descriptions, costs and required scopes, in the schema definition language.

  --output <file>  writes the schema to a file instead`,
  options: { output: { type: 'string' } },
  async run({ output }, _operand, process) {
    const [{ schema }, { printSdl }] = await Promise.all([
      import('../schema/index.ts'),
      import('../schema/print-sdl.ts'),
    ]);
    const sdl = printSdl(schema);
    if (output === undefined) await process.print(sdl);
    else writeFileSync(output, sdl);
    return exitCode.ok;
  },
});
