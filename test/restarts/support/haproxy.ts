import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** HAProxy with the documented configuration. */
export type HAProxy = AsyncDisposable & {
  url: string;
  /** A number of its statistics, by the name of its column, added up over the backend's servers. */
  count(column: string): Promise<number>;
  /** Resolves when as many gateways are ready as given. */
  untilReady(gateways: number): Promise<void>;
};

/** The configuration of the documentation. */
export const configurationFile = fileURLToPath(new URL('../../../deploy/haproxy.cfg', import.meta.url));

/** Starts HAProxy in front of two gateways. Addresses are like `127.0.0.1:4000`. */
export async function startHAProxy(address: string, gateways: readonly [string, string]): Promise<HAProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-haproxy-'));
  const socket = join(folder, 'admin');
  const addresses = { FRONTEND: address, GATEWAY_1: gateways[0], GATEWAY_2: gateways[1], STATS_SOCKET: socket };
  const env = { PATH: process.env['PATH'] ?? '', ...addresses };
  const child = spawn('haproxy', ['-db', '-f', configurationFile], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const errors = text(child.stderr);
  const exited = once(child, 'exit');

  async function statistics(): Promise<Record<string, string>[]> {
    const control = connect(socket);
    control.end('show stat\n');
    const [header = '', ...lines] = (await text(control)).trim().split('\n');
    const names = header.replace(/^# /, '').split(',');
    const rows = lines.map((line) => Object.fromEntries(line.split(',').map((value, n) => [names[n], value])));
    return rows.filter((row) => row['svname']?.startsWith('gateway-'));
  }

  async function untilReady(count: number): Promise<void> {
    for (;;) {
      if (child.exitCode !== null) throw new Error(`HAProxy has ended: ${await errors}`);
      const rows = await statistics().catch(() => []);
      // Before its first check a server is taken for ready.
      if (rows.filter(({ status, lastchg }) => status === 'UP' && Number(lastchg) >= 0).length === count) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  return {
    url: `http://${address}`,
    untilReady,
    async count(column) {
      const rows = await statistics();
      return rows.reduce((sum, row) => sum + Number(row[column]), 0);
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exited;
      rmSync(folder, { recursive: true });
    },
  };
}
