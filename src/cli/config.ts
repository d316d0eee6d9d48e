import { namesInEnvironment } from '../config/settings.ts';
import { readSettings } from '../config/settings-in-force.ts';
import { findUnknownVariables } from '../config/variable-names.ts';
import { defineCommand, exitCode } from './command.ts';
import { toTable } from './table.ts';

export const command = defineCommand({
  help: `Usage: contactgraph config [--json] [--env <file>]

Prints each variable of the gateway with the value that is in force, and where it comes from. Secrets are
masked. A configuration with which the gateway would not start is an error, with all its problems.

  --json        prints a list of objects with name, value (null if there is none) and source
  --env <file>  reads environment variables from a file; those that are set already have precedence

The sources: "default"; "variable" for the environment; "env-file" for the file of --env; "secret-file"
for the file that a variable like CURSOR_KEYS_FILE names; and "organizations-file" for the client key of ORGANIZATION_ID in the ORGANIZATIONS_FILE.`,
  options: { json: { type: 'boolean' } },
  async run({ json }, _operand, process) {
    const settings = readSettings(process.env, process.fileVariables);
    for (const problem of findUnknownVariables(process.env, namesInEnvironment)) {
      process.report(problem);
    }
    if (json) {
      const rows = settings.map(({ name, value = null, source }) => ({ name, value, source }));
      await process.print(`${JSON.stringify(rows, null, 2)}\n`);
    } else {
      const rows = settings.map(({ name, value = '–', source }) => [name, value, source]);
      await process.print(toTable([['variable', 'value', 'source'], ...rows]));
    }
    return exitCode.ok;
  },
});
