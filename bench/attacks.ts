import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { request } from 'undici';
import { type AttackKind, attackKinds } from './attacks/kinds.ts';
import { runScript, toInteger } from './command-line.ts';
import { type RunningGateway, startEmulator, startGateway } from './cursors/processes.ts';
import { row } from './format.ts';

const usage = `Usage: npm run bench:attacks -- [--count N] [--kind PART]
Sends N (default 10) requests of each kind one after the other to a gateway in production mode, and prints the CPU time that
its process takes for one. The event loop is held for at most that long.
  --kind PART   only the kinds whose name contains PART`;

/** The probe of the gateway's process reports its CPU time more often than this, in ms. */
const probeMs = 60;

/** The longest time of CPU for one request, in ms. */
const goalMs = 50;

await runScript(usage, async (args) => {
  const optionOf = (name: string) => args[args.indexOf(name) + 1];
  const count = args.includes('--count') ? toInteger('count', optionOf('--count') ?? '') : 10;
  const part = args.includes('--kind') ? (optionOf('--kind') ?? '') : '';
  await using emulator = await startEmulator(1_000);
  await using gateway = await startGateway(emulator.url, undefined);
  const send = createSender(gateway.url, emulator.token);
  for (let n = 0; n < 200; n += 1)
    await send({ name: '', make: () => ({ body: '{"query":"{ viewer { scopes } }"}' }) }, n);
  console.log(
    `${row('kind', 'statuses', 'bytes of an answer', 'CPU of a request in ms')}\n${row('---', '---', '---', '---')}`,
  );
  for (const kind of attackKinds.filter(({ name }) => name.includes(part))) {
    const before = await cpuOf(gateway);
    const answers = [];
    for (let n = 0; n < count; n += 1) answers.push(await send(kind, n));
    const ms = (1_000 * ((await cpuOf(gateway)) - before)) / count;
    const statuses = [...new Set(answers.map(({ status }) => status))].join(', ');
    console.log(row(kind.name, statuses, String(answers[0]?.bytes), ms.toFixed(1)));
    if (ms > goalMs) process.exitCode = 1;
  }
});

function createSender(url: string, token: string) {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'graphql-require-preflight': '1',
    accept: 'application/graphql-response+json',
  };
  return async ({ make }: AttackKind, index: number) => {
    const attack = make(index);
    const { statusCode, body } =
      'body' in attack
        ? await request(`${url}/graphql`, { method: 'POST', headers, body: attack.body })
        : await request(`${url}/graphql?${attack.search}`, { headers });
    return { status: statusCode, bytes: (await body.arrayBuffer()).byteLength };
  };
}

/** @returns the CPU time of a gateway since its start, in seconds */
async function cpuOf(gateway: RunningGateway): Promise<number> {
  await setTimeout(probeMs);
  const known = gateway.samples().length;
  while (gateway.samples().length === known) await setTimeout(5);
  return gateway.samples().at(-1)?.cpu ?? Number.NaN;
}
