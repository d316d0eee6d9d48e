import { parseArgs } from 'node:util';

/** What a run checks, by its arguments. */
export type DoctorOptions = {
  readonly write: boolean;
  readonly slow: boolean;
  readonly json: boolean;
  readonly help: boolean;
  readonly app: string | undefined;
  readonly contact: string | undefined;
};

/** The text of `--help`. */
export const usage = `Usage: contactgraph doctor [options]

Compares an upstream with the wire contract of the gateway. The upstream is that of the gateway's own variables (UPSTREAM_URL,
UPSTREAM_CLIENT_KEY, UPSTREAM_CLIENT_SECRET, ORGANIZATION_ID …); without UPSTREAM_URL it is an emulator that is started for it.

  --app <os>_<bundle>  an app of the organization, like ios_com.example.app, for the call of its settings
  --contact <cid>      a contact that is read before others
  --write              also creates, updates and deletes a contact with an address at example.com
  --slow               also finds out how long a scroll lives, which takes four minutes
  --json               prints the results as JSON
  --help               prints this text

Exit codes: 0 everything matches, 1 there are differences, 2 wrong usage or configuration, 3 the upstream could not be
reached or accepted no login, 130 the check was stopped.
`;

/** Parses the arguments. @returns the problem as a text if they are wrong */
export function parseOptions(args: readonly string[]): DoctorOptions | string {
  const flag = { type: 'boolean', default: false } as const;
  const text = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { write: flag, slow: flag, json: flag, help: flag, app: text, contact: text },
    });
    const { app, contact } = values;
    if (app !== undefined && !/^[A-Za-z]+_[\w-]+(?:\.[\w-]+)*$/.test(app)) return '--app is like ios_com.example.app';
    if (contact !== undefined && !/^[\w-]{1,128}$/.test(contact)) return '--contact is the id of a contact';
    return { ...values, app, contact };
  } catch {
    return 'the options are --app, --contact, --write, --slow, --json and --help';
  }
}
