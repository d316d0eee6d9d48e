import { isApp, runDoctor } from '../doctor/doctor.ts';
import { idPattern } from '../id.ts';
import { defineCommand, UsageError } from './command.ts';

const help = `Usage: contactgraph doctor [--app <os>_<bundle>] [--contact <cid>] [--write] [--slow] [--json]

Compares an upstream with the wire contract of the gateway, with one call after the other. The upstream is that of the
gateway's own variables (UPSTREAM_URL, UPSTREAM_CLIENT_KEY, UPSTREAM_CLIENT_SECRET, ORGANIZATION_ID …); without UPSTREAM_URL
it is an emulator that is started for this. No value of a contact is printed, only names and types.

  --app      an app of the organization, like ios_com.example.app, for the call of its settings
  --contact  the id of a contact that is read before others
  --write    also creates, updates and deletes a contact with an address at example.com
  --slow     also finds out how long a scroll lives, which takes four minutes
  --json     prints the results as JSON

The exit code is 0 if everything matches, 1 if there are differences, 2 for wrong arguments or variables, 3 if the upstream
cannot be reached or accepts no login, and 130 if SIGINT or SIGTERM stopped it.`;

export const command = defineCommand({
  help,
  options: {
    app: { type: 'string' },
    contact: { type: 'string' },
    write: { type: 'boolean', default: false },
    slow: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
  run({ app, contact, ...values }, _operand, process) {
    if (app !== undefined && !isApp(app)) throw new UsageError('--app must be like ios_com.example.app');
    if (contact !== undefined && !idPattern.test(contact))
      throw new UsageError('--contact must be the id of a contact');
    const stop = new AbortController();
    void process.untilStopped().then(() => stop.abort());
    return runDoctor({ ...values, app, contact }, { ...process, signal: stop.signal });
  },
});
