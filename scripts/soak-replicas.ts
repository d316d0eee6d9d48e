import { parseArgs } from 'node:util';
import { redisFailures } from '../test/replicas/support/failures.ts';
import { startReplicaSet } from '../test/replicas/support/replica-set.ts';
import { startForward } from '../test/support/forward.ts';
import { startRedis } from '../test/support/redis.ts';
import { createLoad } from './soak/replica-load.ts';

// Reads lists and writes contacts through three replicas behind HAProxy, while their Redis and they themselves fail, one
// failure after the other: npm run soak:replicas -- [--seconds 10] [--contacts 5000]
// With --only-writes nothing fails and no list is read: it measures how often a read after a write is stale.
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    contacts: { type: 'string', default: '5000' },
    'only-writes': { type: 'boolean', default: false },
  },
});
const onlyWrites = values['only-writes'];
if (![values.seconds, values.contacts].every((value) => /^[1-9]\d{0,5}$/.test(value))) {
  process.stderr.write('Use: npm run soak:replicas -- [--seconds 10] [--contacts 5000] [--only-writes]\n');
  process.exit(2);
}
const ms = Number(values.seconds) * 1_000;

const redis = await startRedis('--enable-debug-command', 'yes');
const network = await startForward(redis.address);
const set = await startReplicaSet({
  valkeyUrl: `redis://127.0.0.1:${network.port}`,
  contacts: Number(values.contacts),
  env: { LOG_LEVEL: 'fatal' },
});
const load = await createLoad(set, { readsLists: !onlyWrites });

const restarts = (['SIGTERM', 'SIGKILL'] as const).map((signal) => ({
  name: `a replica gets ${signal} and starts again`,
  begin: () => set.end(0, signal),
  end: () => set.start(0),
}));
const phases = [
  { name: 'nothing fails', begin: () => undefined, end: () => undefined },
  ...redisFailures(redis, network).map(({ name, ...failure }) => ({ name: `Redis ${name}`, ...failure })),
  ...restarts,
];
const rows: Record<string, unknown>[] = [];
let wrong = 0;
for (const { name, begin, end } of onlyWrites ? phases.slice(0, 1) : phases) {
  process.stdout.write(`${name} …\n`);
  load.begin();
  await begin();
  await new Promise((resolve) => setTimeout(resolve, ms));
  await end();
  const recoveryMs = await load.untilFullSpeed();
  const result = load.result();
  wrong += result['wrong lists'];
  rows.push({ phase: name, ...result, 'full speed after, s': (recoveryMs / 1_000).toFixed(1) });
}
await load.stop();
await set.close();
await network.close();
await redis.close();
console.table(rows);
if (wrong > 0) process.exitCode = 1;
