// Prints how many bytes one operation of the benchmark W1 allocates, and how many the minimal work does: JSON.parse of
// the same four bodies, a projection and JSON.stringify. It also prints how many bytes the operation holds while it waits
// for its four responses, which V8 has to move. Bytes are counted instead of times, so that a busy machine has no effect.
// All operations must fit in the young generation: node --expose-gc --min-semi-space-size=256 --max-semi-space-size=256

import type { IncomingMessage } from 'node:http';
import process from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';
import { tokenOf } from '../../bench/compare/requests.ts';
import { workloads } from '../../bench/compare/workloads.ts';
import { cidOf, toKey } from '../../bench/upstream/ids.ts';
import { createRoutes } from '../../bench/upstream/routes.ts';
import { AbortSource } from '../../src/async/abort-signal.ts';
import { authenticateByPassthrough } from '../../src/auth/passthrough.ts';
import { executeRequest } from '../../src/http/execute-request.ts';
import { createLog } from '../../src/log.ts';
import { startRequest } from '../../src/plugins/request-id.ts';
import { parseJson } from '../../src/upstream/decode/json.ts';
import { path } from '../../src/upstream/wire/index.ts';
import { buildGateway } from '../support/build-gateway.ts';

const warm = 400;
const counted = 100;

const [{ query } = { query: '' }] = workloads.filter(({ name }) => name === 'W1');
const routes = createRoutes();
/** Responses arrive in the next tick, like those of a network, or when this promise resolves. */
let held: Promise<void> | undefined;
const gateway = buildGateway({
  env: { UPSTREAM_URL: 'http://127.0.0.1:1', NODE_ENV: 'production', CACHE_BYTES: '0' },
  client: {
    async send(call) {
      call.recorder?.sent(false);
      await (held ?? turn());
      const bytes = bodyOf(call.path);
      return { bytes, json: parseJson(bytes) };
    },
    close: async () => undefined,
  },
  authenticate: authenticateByPassthrough(),
  log: createLog('info', { write: () => undefined }),
});

function bodyOf(target: string): Buffer {
  const { response = Buffer.alloc(0) } = routes(target) ?? {};
  return response.subarray(response.indexOf('\r\n\r\n') + 4);
}

const headers = { authorization: `Bearer ${tokenOf(0)}` };

async function operation(n: number): Promise<number> {
  const params = { query, variables: { cid: cidOf(toKey(n)) } };
  const message = { headers } as unknown as IncomingMessage; // The code reads no other properties.
  const context = startRequest(undefined);
  const { signal } = new AbortSource(); // Each request has a signal of its own.
  const reply = await executeRequest(gateway, {
    message,
    params,
    accepted: { mediaType: 'application/json', parts: false },
    context,
    signal,
  });
  return reply?.body.length ?? 0;
}

async function floor(n: number): Promise<number> {
  await turn();
  const cid = cidOf(toKey(n));
  const bodies = [path.contact(cid), path.events(cid), path.devices(cid), path.accountings(cid)].map(
    (target) => JSON.parse(bodyOf(target).toString('utf8')) as Record<string, object>,
  );
  return Buffer.from(JSON.stringify({ data: bodies })).length;
}

async function allocatedBy(work: (n: number) => Promise<number>): Promise<number> {
  for (let n = 0; n < warm; n += 1) await work(n);
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  for (let n = 0; n < counted; n += 1) if ((await work(warm + n)) < 5_000) throw new Error('no whole answer');
  return (process.memoryUsage().heapUsed - before) / counted;
}

/** The number of bytes for each of the operations that wait at the same time. */
async function heldBy(work: (n: number) => Promise<number>): Promise<number> {
  const { promise, resolve: release } = Promise.withResolvers<void>();
  held = promise;
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const waiting = Array.from({ length: counted }, (_, n) => work(warm + n));
  await turn();
  globalThis.gc?.();
  const bytes = (process.memoryUsage().heapUsed - before) / counted;
  release();
  held = undefined;
  await Promise.all(waiting);
  return bytes;
}

/** The median of five rounds, because a collection that runs late adds to a single one. */
async function medianHeldBy(work: (n: number) => Promise<number>): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 5; round += 1) rounds.push(await heldBy(work));
  return rounds.toSorted((one, other) => one - other)[2] ?? Number.NaN;
}

const [ours, theirs] = [await allocatedBy(operation), await allocatedBy(floor)];
process.stdout.write(`${JSON.stringify({ ours, floor: theirs, waiting: await medianHeldBy(operation) })}\n`);
await gateway.close();
