import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { request } from 'undici';
import { startEmulator } from '../bench/cursors/processes.ts';
import { connectWithoutReading, httpRequest } from '../test/support/raw-client.ts';
import { type GatewayProcess, startGatewayProcess } from './soak/gateway-process.ts';

/**
 * Opens clients that read nothing of their responses, and clients that never finish their bodies, against a gateway with
 * a small heap, a new process for each kind: `npm run soak:slow-clients -- [--heap 128] [--seconds 60]`. Prints
 * resident memory before, at its highest and at the end, and fails when the process ends.
 */
const { values } = parseArgs({
  options: { heap: { type: 'string', default: '128' }, seconds: { type: 'string', default: '60' } },
});
const bodyBytes = 1_000_000;
const json = 'content-type: application/json';
/** A list of 1,000 whole contacts has about 6 MB, which is more than the system buffers of a connection hold. */
const fields = Array.from({ length: 150 }, (_, n) => `cid${n}: cid`).join(' ');
const list = JSON.stringify({ query: `{ contacts(first: 1000) { nodes { ${fields} } } }` });
/** The deadline is long, because lists are slow on a busy machine, and an error would be a short response. */
const patience = { OPERATION_DEADLINE_MS: '60000', TRY_TIMEOUT_MS: '20000' };
const viewer = JSON.stringify({ query: '{ viewer { scopes } }' });

type Kind = { name: string; clients: number; requestOf: (token: string) => string };

const kinds: readonly Kind[] = [
  {
    name: 'clients that read nothing of a list of 1,000 rows',
    clients: 100,
    requestOf: (token) =>
      httpRequest('POST', '/graphql', [json, `authorization: Bearer ${token}`, `content-length: ${list.length}`], list),
  },
  ...['without', 'with'].map((word) => ({
    name: `unfinished bodies of 1 MB ${word} a token`,
    clients: 500,
    requestOf: (token: string) => {
      const headers = [
        json,
        `content-length: ${bodyBytes}`,
        ...(word === 'with' ? [`authorization: Bearer ${token}`] : []),
      ];
      return httpRequest('POST', '/graphql', headers, ' '.repeat(bodyBytes - 1));
    },
  })),
];

async function runKind({ name, clients, requestOf }: Kind): Promise<void> {
  await using emulator = await startEmulator(20_000);
  const env = { UPSTREAM_URL: emulator.url, ORGANIZATION_ID: emulator.organizationId, ...patience };
  await using gateway = await startGatewayProcess(env, { heap: Number(values.heap) });
  await statusOf(gateway, emulator.token);
  const before = await gateway.residentMegabytes();
  const sockets: Socket[] = [];
  const opening = openClients(sockets, clients, gateway.url, requestOf(emulator.token));
  const [statuses, memory] = [new Map<string, number>(), [] as number[]];
  for (const end = Date.now() + Number(values.seconds) * 1_000; Date.now() < end; await sleep(250)) {
    const status = await statusOf(gateway, emulator.token);
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    memory.push((await gateway.residentMegabytes()) ?? Number.NaN);
  }
  await opening;
  const open = await countOpen(sockets);
  const cells = [name, before, Math.max(...memory), memory.at(-1)].map((cell) =>
    typeof cell === 'number' ? cell.toFixed(0) : cell,
  );
  const answered = [...statuses].map(([status, count]) => `${count} × ${status}`).join(', ');
  print([...cells, `${open} of ${clients}`, answered, gateway.ending() ?? 'alive'].map(String));
  if (gateway.ending() !== undefined) process.exitCode = 1;
  for (const socket of sockets) socket.destroy();
}

/** Sends a request from each client, with short pauses, so that the gateway answers them one after the other. */
async function openClients(sockets: Socket[], clients: number, url: string, text: string): Promise<void> {
  while (sockets.length < clients) {
    const socket = await connectWithoutReading(url);
    sockets.push(socket);
    socket.write(text);
    await sleep(text.length > bodyBytes ? 10 : 200);
  }
}

/** Returns the result of a request of another client. */
async function statusOf({ url }: GatewayProcess, token: string): Promise<string> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  try {
    const { statusCode, body } = await request(`${url}/graphql`, { method: 'POST', headers, body: viewer });
    await body.dump();
    return String(statusCode);
  } catch {
    return 'no response';
  }
}

/** Returns the number of sockets that the gateway has not closed. A socket must be read to detect that it was closed. */
async function countOpen(sockets: readonly Socket[]): Promise<number> {
  for (const socket of sockets) socket.resume();
  await sleep(1_000);
  return sockets.filter(({ closed, readableEnded }) => !closed && !readableEnded).length;
}

function print(cells: readonly string[]): void {
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

const columns = ['clients', 'MB before', 'highest', 'at the end', 'connections open', 'another client', 'process'];
print(columns);
print(columns.map(() => '---'));
for (const kind of kinds) await runKind(kind);
