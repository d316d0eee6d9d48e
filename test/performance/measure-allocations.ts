// Prints how many bytes of heap one operation of the bench's W1 allocates, and how many the fair floor does: JSON.parse
// of the same four bodies, a projection, JSON.stringify. And how many it holds while it waits for its four answers, which
// V8 has to move. Counted, not timed, so that a busy machine changes nothing.
// Needs a young generation in which all operations fit: node --expose-gc --min-semi-space-size=256 --max-semi-space-size=256

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
/** Answers come in the next turn, as those of the network come later; or when this says so. */
let held: Promise<void> | undefined;
const gateway = buildGateway({
  env: { UPSTREAM_URL: 'http://127.0.0.1:1', NODE_ENV: 'production', CACHE_BYTES: '0' },
  client: {
    async send(call) {
      call.onSend?.();
      await (held ?? turn());
      const bytes = bodyOf(call.path);
      return { bytes, json: parseJson(bytes) };
    },
    close: async () => undefined,
  },
  authenticate: authenticateByPassthrough(undefined),
  log: createLog('info', { write: () => undefined }),
});

function bodyOf(target: string): Buffer {
  const { response = Buffer.alloc(0) } = routes(target) ?? {};
  return response.subarray(response.indexOf('\r\n\r\n') + 4);
}

const headers = { authorization: `Bearer ${tokenOf(0)}` };

async function operation(n: number): Promise<number> {
  const params = { query, variables: { cid: cidOf(toKey(n)) } };
  const message = { headers } as unknown as IncomingMessage; // all that is looked at
  const context = startRequest(undefined);
  const { signal } = new AbortSource(); // as each request has one
  const reply = await executeRequest(gateway, { message, params, mediaType: 'application/json', context, signal });
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

/** By one of so many that wait together. */
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

const [ours, theirs] = [await allocatedBy(operation), await allocatedBy(floor)];
process.stdout.write(`${JSON.stringify({ ours, floor: theirs, waiting: await heldBy(operation) })}\n`);
await gateway.close();
