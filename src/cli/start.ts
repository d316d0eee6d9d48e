import { defineCommand } from './command.ts';

export const command = defineCommand({
  help: `Usage: contactgraph start [--env <file>]

Runs the gateway until SIGTERM or SIGINT; a second signal ends it at once. The environment variables of
docs/configuration.md configure it; without any it runs in demo mode, against an embedded emulator.
"contactgraph config" prints what they mean together.

  --env <file>  reads environment variables from a file; those that are set already have precedence`,
  options: {},
  async run(_values, _operand, process) {
    process.reportProgress('The gateway starts …');
    await import('../main.ts');
    return undefined;
  },
});
