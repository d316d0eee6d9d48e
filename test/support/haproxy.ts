import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { findFreePort } from './free-port.ts';

/** A real HAProxy on a free loopback port, which sends each request to the next server, also those of one connection. */
export type LoadBalancer = {
  url: string;
  /** Replaces the address of a server, which has restarted on another port. */
  setServer(index: number, url: string): Promise<void>;
  close(): Promise<void>;
};

/** The options of a load balancer. */
export type LoadBalancerOptions = {
  /** Whether servers that are not ready by `/readyz` get no requests; checked every 200 ms. */
  isChecked?: boolean;
};

/** Starts HAProxy in front of the servers. @throws {Error} if there is none, or it does not start */
export async function startLoadBalancer(
  servers: readonly string[],
  { isChecked = false }: LoadBalancerOptions = {},
): Promise<LoadBalancer> {
  const folder = mkdtempSync(join(tmpdir(), 'contactgraph-haproxy-'));
  const admin = join(folder, 'admin');
  for (let attempts = 0; attempts < 5; attempts += 1) {
    const port = await findFreePort();
    const file = join(folder, 'haproxy.cfg');
    writeFileSync(file, configurationOf(servers, port, admin, isChecked));
    const child = spawn('haproxy', ['-db', '-q', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    const errors = text(child.stderr);
    if (!(await isListening(child, port))) {
      // Another process may have taken the port in between.
      if (/cannot bind/i.test(await errors)) continue;
      throw new Error(`haproxy ended: ${await errors} (sudo scripts/install-haproxy.sh installs it)`);
    }
    const end = () => child.kill('SIGKILL');
    process.once('exit', end);
    return {
      url: `http://127.0.0.1:${port}`,
      async setServer(index, url) {
        const { hostname, port } = new URL(url);
        await command(admin, `set server gateways/s${index} addr ${hostname} port ${port}`);
      },
      async close() {
        process.off('exit', end);
        if (child.exitCode === null && child.signalCode === null) {
          end();
          await once(child, 'exit');
        }
        rmSync(folder, { recursive: true });
      },
    };
  }
  throw new Error('haproxy found no free port.');
}

function configurationOf(servers: readonly string[], port: number, admin: string, isChecked: boolean): string {
  const check = isChecked ? ' check inter 200 fall 2 rise 1' : '';
  return `
global
  stats socket ${admin} level admin
  tune.bufsize 65536
defaults
  mode http
  timeout connect 2s
  timeout client 120s
  timeout server 120s
  option redispatch 1
  retries 3
frontend clients
  bind 127.0.0.1:${port}
  default_backend gateways
backend gateways
  balance roundrobin
  ${isChecked ? 'option httpchk GET /readyz' : ''}
${servers.map((url, index) => `  server s${index} ${new URL(url).host}${check}`).join('\n')}
`;
}

/** Waits until the process accepts connections; false if it ends before. */
async function isListening(child: ChildProcess, port: number): Promise<boolean> {
  const exit = Promise.race([once(child, 'exit'), once(child, 'error')]).then(() => true);
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen && child.exitCode === null) return true;
    if (await Promise.race([exit, wait(20, false)])) return false;
  }
}

async function command(admin: string, line: string): Promise<void> {
  const socket = connect(admin);
  socket.end(`${line}\n`);
  const reply = await text(socket);
  if (/not|unknown|error|invalid/i.test(reply.replace('nothing changed', ''))) throw new Error(`haproxy: ${reply}`);
}
