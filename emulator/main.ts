import { parseArgs } from 'node:util';
import { loginField, path } from '../src/upstream/wire/index.ts';
import { type Emulator, startEmulator } from './emulator.ts';

const usage = `Usage: npm run emulator -- [--port 4010] [--host 127.0.0.1] [--contacts 100000] [--seed 1] [--claims]`;

const help = `${usage}

  --port      port to listen on; 0 selects a free one
  --host      address to listen on
  --contacts  number of contacts of the demo organization
  --seed      seed of the generated data: the same seed gives the same contacts
  --claims    tokens name their organization and scopes, which those of the real upstream do not
  --help      prints this text

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

try {
  const args = process.argv.slice(2);
  if (args.includes('--help')) console.log(help);
  else await run(await startEmulator(readOptions(args)));
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n${usage}`);
  process.exitCode = 1;
}

/** Prints the address and the credentials, and stops the emulator on SIGINT and SIGTERM. */
async function run({ url, organizationId, clientKey, clientSecret, close }: Emulator): Promise<void> {
  const body = JSON.stringify({ [loginField.clientKey]: clientKey, [loginField.clientSecret]: clientSecret });
  console.log(`The Cloud4Wi emulator listens on ${url}
  organization   ${organizationId}
  client key     ${clientKey}
  client secret  ${clientSecret}
  log in         curl -s ${url}${path.login} -H 'content-type: application/json' -d '${body}'
  control        curl -s ${url}/__emulator`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void close());
}

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '4010' },
      host: { type: 'string', default: '127.0.0.1' },
      contacts: { type: 'string', default: '100000' },
      seed: { type: 'string', default: '1' },
      claims: { type: 'boolean', default: false },
    },
  });
  return {
    port: toInteger('port', values.port, 65_535),
    host: values.host,
    contacts: toInteger('contacts', values.contacts, 10_000_000),
    seed: toInteger('seed', values.seed, 2 ** 31 - 1),
    claims: values.claims,
  };
}

function toInteger(name: string, text: string, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw new Error(`--${name} must be an integer from 0 to ${max}`);
  return value;
}
