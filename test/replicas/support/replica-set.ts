import { randomBytes } from 'node:crypto';
import { type Emulator, startEmulator } from '../../../emulator/emulator.ts';
import { type Answer, postQuery } from '../../support/gateway.ts';
import { type LoadBalancer, startLoadBalancer } from '../../support/haproxy.ts';
import { logIn } from '../../support/passthrough-gateway.ts';
import { type RunningProcess, runScript } from '../../support/process.ts';

/** Three gateway processes behind HAProxy, over one emulator. Each request reaches the next replica. */
export type ReplicaSet = {
  emulator: Emulator;
  /** The address of the load balancer. */
  url: string;
  /** Sends a query with the token of the organization. Rejects where the connection is lost without an answer. */
  query(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  /** Ends a replica and waits until it has: SIGTERM drains it, SIGKILL does not. */
  end(index: number, signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts a replica that has ended, with further variables. */
  start(index: number, env?: Record<string, string>): Promise<void>;
  /** What the replicas have logged. */
  logged(): string;
  close(): Promise<void>;
};

/** What is common to all replicas. */
export type ReplicaSetOptions = {
  /** The address of the Redis that they share. */
  valkeyUrl: string;
  contacts?: number;
  env?: Record<string, string>;
};

/** The number of replicas. */
export const replicaCount = 3;

/** The values of secret variables that all replicas of a set share. */
function newKey(): string {
  return randomBytes(32).toString('base64');
}

/** Starts three replicas in passthrough mode. */
export async function startReplicaSet({ valkeyUrl, contacts = 2_000, env }: ReplicaSetOptions): Promise<ReplicaSet> {
  const emulator = await startEmulator({ contacts, claims: true, edgeCases: false });
  const token = await logIn(emulator, emulator);
  const common = {
    ...{ PORT: '0', UPSTREAM_URL: emulator.url, VALKEY_URL: valkeyUrl, CURSOR_KEYS: newKey(), DRAIN_DELAY_MS: '500' },
    // The readers of a list cost calls that no test should have to count against a budget.
    ...{ LOG_LEVEL: 'info', CALLS_PER_MINUTE: '10000000' },
    ...env,
  };
  const replicas: (RunningProcess | undefined)[] = [];
  const outputs: RunningProcess[] = [];

  async function startReplica(index: number, further: Record<string, string> = {}): Promise<string> {
    const replica = runScript('src/main.ts', [], { ...common, ...further });
    replicas[index] = replica;
    outputs.push(replica);
    const [, url = ''] = await replica.printed(/listens on (http:\S+)/);
    return url;
  }

  function kill(): void {
    for (const replica of replicas) replica?.child.kill('SIGKILL');
  }
  process.once('exit', kill);
  const urls = await Promise.all(Array.from({ length: replicaCount }, (_, index) => startReplica(index)));
  const balancer: LoadBalancer = await startLoadBalancer(urls, { isChecked: true });
  const client = { fetch: (_url: string, init: RequestInit) => fetch(`${balancer.url}/graphql`, init) };
  return {
    emulator,
    url: balancer.url,
    query: (query, variables, headers) =>
      postQuery(client, query, variables, { authorization: `Bearer ${token}`, ...headers }),
    async end(index, signal) {
      const replica = replicas[index];
      replica?.child.kill(signal);
      await replica?.exited;
      replicas[index] = undefined;
    },
    async start(index, further) {
      await balancer.setServer(index, await startReplica(index, further));
    },
    logged: () => outputs.map(({ stdout, stderr }) => stdout() + stderr()).join(''),
    async close() {
      process.off('exit', kill);
      kill();
      await Promise.all(replicas.map((replica) => replica?.exited));
      await balancer.close();
      await emulator.close();
    },
  };
}
