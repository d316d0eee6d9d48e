// Worker processes that share a port, with what they need: an upstream and a Redis.
import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { findFreePort } from './free-port.ts';
import { logIn } from './passthrough-gateway.ts';
import { type RunningProcess, runScript } from './process.ts';
import { type RedisServer, startRedis } from './redis.ts';

/** What workers need beside their own configuration. */
type WorkerServices = {
  emulator: Emulator;
  redis: RedisServer;
  /** The environment of a gateway with these services; `WORKERS` is not in it. */
  env: Record<string, string>;
  /** A token of the upstream. */
  token: string;
  close(): Promise<void>;
};

/** Starts the services that workers need. */
export async function startWorkerServices(): Promise<WorkerServices> {
  const port = await findFreePort();
  const redis = await startRedis('--port', String(port));
  const emulator = await startEmulator({ contacts: 10 });
  const token = await logIn(emulator, emulator);
  return {
    ...{ emulator, redis, token },
    env: {
      ...{ PORT: '0', UPSTREAM_URL: emulator.url, ORGANIZATION_ID: emulator.organizationId },
      ...{ VALKEY_URL: `redis://127.0.0.1:${port}`, CURSOR_KEYS: Buffer.alloc(32, 7).toString('base64') },
    },
    async close() {
      await emulator.close();
      await redis.close();
    },
  };
}

/** A primary process and its workers. */
export type WorkerGroup = Pick<RunningProcess, 'child' | 'exited' | 'stdout' | 'stderr' | 'printed'> & {
  /** The lines of the log until now. */
  log(): LogLine[];
  /** Resolves with the URL when the workers serve requests. */
  url(): Promise<string>;
  /** The ids of the worker processes that run now. */
  workerPids(): number[];
};

/** A line of the log. */
type LogLine = { msg: string; pid: number; worker?: number; workerPid?: number } & Record<string, unknown>;

/** Starts a primary process. The caller ends it. */
function startWorkerGroup(env: Record<string, string>): WorkerGroup {
  const running = runScript('src/main.ts', [], env);
  return {
    ...running,
    log: () => readLog(running.stdout()),
    url: async () => (await running.printed(/listens on (http:\S+)/))[1] ?? '',
    workerPids: () => childrenOf(running.child.pid ?? 0),
  };
}

function readLog(text: string): LogLine[] {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
}

/** The ids of the child processes of a process, of each of its threads. */
function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

/** What `useWorkers` gives to the tests of a file. */
export type WorkerFixture = {
  /** The services, which are started before the first test. */
  services(): WorkerServices;
  /** Starts a primary process with two workers. Everything is ended after the test. */
  start(env?: Record<string, string>): WorkerGroup;
};

/** Starts the services of a test file, and ends the processes of each test. */
export function useWorkers(): WorkerFixture {
  const groups: WorkerGroup[] = [];
  let services: WorkerServices;
  beforeAll(async () => {
    services = await startWorkerServices();
  });
  afterEach(async () => {
    services.emulator.control.reset();
    for (const { child, exited } of groups.splice(0)) {
      child.kill('SIGKILL');
      await exited;
    }
  });
  afterAll(() => services.close());
  return {
    services: () => services,
    start(env = {}) {
      const group = startWorkerGroup({ ...services.env, WORKERS: '2', ...env });
      groups.push(group);
      return group;
    },
  };
}
