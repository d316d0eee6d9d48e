import { readConfig } from '../config/config.ts';
import { createEncryptionKey } from '../config/cursor-keys.ts';
import { defineCommand, exitCode, UsageError } from './command.ts';

const names = ['CURSOR_KEYS', 'SESSION_KEYS'] as const;

export const command = defineCommand({
  help: `Usage: contactgraph keys [--append] [--only <variable>] [--env <file>]

Prints CURSOR_KEYS and SESSION_KEYS with a new key each, as lines of a shell or of an environment file.

  --append      keeps the keys that are set, and puts the new ones behind them: the first step of a
                rotation without losing a cursor or a session, see docs/cli.md
  --only        prints one of the two variables, CURSOR_KEYS or SESSION_KEYS
  --env <file>  reads environment variables from a file; those that are set already have precedence`,
  options: { append: { type: 'boolean' }, only: { type: 'string' } },
  async run({ append, only }, _operand, process) {
    const printed = names.filter((name) => only === undefined || only === name);
    if (printed.length === 0) throw new UsageError(`--only is ${names.join(' or ')}`);
    const { cursorKeys, session } = append ? readConfig(process.env) : { cursorKeys: [], session: { keys: [] } };
    const set = { CURSOR_KEYS: cursorKeys, SESSION_KEYS: session.keys };
    for (const name of printed) {
      const keys = [...set[name].map((key) => key.reveal()), createEncryptionKey()];
      await process.print(`${name}=${keys.join(',')}\n`);
    }
    return exitCode.ok;
  },
});
