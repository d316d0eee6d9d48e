import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { loginField, path } from '../upstream/wire/index.ts';
import { defineCommand, exitCode, toInteger } from './command.ts';

const help = `Usage: contactgraph emulator [--port 4010] [--host 127.0.0.1] [--contacts 100000] [--seed 1] [--claims]

Runs the emulator of the upstream until SIGTERM or SIGINT, and prints its address and credentials.

  --port      port to listen on; 0 selects a free one
  --host      address to listen on
  --contacts  number of contacts of the demo organization
  --seed      seed of the generated data: the same seed gives the same contacts
  --claims    tokens name their organization and scopes, which those of the real upstream do not

Switches while it runs, as requests with JSON; each field may be left out:

  POST /__emulator/faults         {"kind", "path", "method", "status", "times", "skip", "ms", …}  a fault of the next calls
  DELETE /__emulator/faults       no more faults
  PUT /__emulator/latency         {"ms", "pattern"}  the time of responses
  PUT /__emulator/clock           {"skewSeconds"}
  PUT /__emulator/tokens          {"claims", "refusalStatus": 401 or 403, "lifetimeSeconds", "expireAll", "redeemLimit"}
  PUT /__emulator/existence       {"absence": "not-found", "present-false" or "conflict", "passwordLimit": {"count", "seconds"}}
  PUT /__emulator/organization    {"form": "texts" or "objects", "policies", "apps"}
  PUT /__emulator/events          {"spelling": "nested", "flat" or "mixed", "contactParams", "shuffleTies"}
  PUT /__emulator/scrolls         {"lifetimeSeconds", "sidChanges", "end", "expiredStatus", "total", "loop", "drop"}
  POST /__emulator/reset          all of these as at the start
  GET /__emulator                 all requests, and the client keys
  GET /__emulator/calls           the calls so far, which DELETE /__emulator/calls removes
  GET /__emulator/counts          the number of calls of each endpoint`;

export const command = defineCommand({
  help,
  options: {
    port: { type: 'string', default: '4010' },
    host: { type: 'string', default: '127.0.0.1' },
    contacts: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    claims: { type: 'boolean', default: false },
  },
  async run({ host, claims, ...values }, _operand, process) {
    const port = toInteger('port', values.port, 65_535);
    const contacts = toInteger('contacts', values.contacts, 10_000_000);
    const seed = toInteger('seed', values.seed, 2 ** 31 - 1);
    process.reportProgress(`The emulator generates ${contacts} contacts …`);
    const emulator = await startEmulator({ port, host, contacts, seed, claims });
    const stopped = process.untilStopped();
    await process.print(`${describe(emulator)}\n`);
    await stopped;
    await emulator.close();
    return exitCode.ok;
  },
});

/** The address of the emulator, its credentials, and how to use them. */
function describe({ url, organizationId, clientKey, clientSecret }: Emulator): string {
  const body = JSON.stringify({ [loginField.clientKey]: clientKey, [loginField.clientSecret]: clientSecret });
  return `The Cloud4Wi emulator listens on ${url}
  organization   ${organizationId}
  client key     ${clientKey}
  client secret  ${clientSecret}
  log in         curl -s ${url}${path.login} -H 'content-type: application/json' -d '${body}'
  control        curl -s ${url}/__emulator`;
}
