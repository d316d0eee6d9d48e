import { findFreePort } from '../../support/free-port.ts';
import type { RunningProcess } from '../../support/process.ts';
import { startGatewayProcess, stopGatewayProcess } from './gateways.ts';
import { startHAProxy } from './haproxy.ts';
import { type LoadFigures, startLoad } from './load.ts';

/** What restarts under load have cost. The counters of HAProxy are 0 without one. */
export type RestartFigures = LoadFigures & {
  restarts: number;
  /** Counters of HAProxy: attempts to connect that failed, answers that broke, requests that were sent again, to another gateway. */
  econ: number;
  eresp: number;
  wretr: number;
  wredis: number;
};

/** Answers that are awaited before a restart, and after the last one. */
const answersBetween = 200;

/**
 * Restarts the only gateway of an address again and again: the new process listens on the same port before the old one stops.
 */
export async function restartOnSharedPort(restarts: number, env: Record<string, string>): Promise<RestartFigures> {
  const port = await findFreePort();
  const start = () => startGatewayProcess(port, { REUSE_PORT: 'true', ...env });
  let gateway = await start();
  try {
    const stopLoad = startLoad(`http://127.0.0.1:${port}`);
    for (let restart = 0; restart < restarts; restart += 1) {
      await untilServing(`http://127.0.0.1:${port}`);
      const next = await start();
      await stopGatewayProcess(gateway);
      gateway = next;
    }
    await untilServing(`http://127.0.0.1:${port}`);
    return { restarts, ...(await stopLoad()), econ: 0, eresp: 0, wretr: 0, wredis: 0 };
  } finally {
    gateway.child.kill('SIGKILL');
  }
}

/** Restarts two gateways behind HAProxy, one after the other, each on its own port. */
export async function restartBehindHAProxy(restarts: number, env: Record<string, string>): Promise<RestartFigures> {
  const [port, firstPort, secondPort] = [await findFreePort(), await findFreePort(), await findFreePort()];
  const ports = [firstPort, secondPort] as const;
  const gateways = await Promise.all(ports.map((port) => startGatewayProcess(port, env)));
  await using haproxy = await startHAProxy(`127.0.0.1:${port}`, [`127.0.0.1:${firstPort}`, `127.0.0.1:${secondPort}`]);
  try {
    await haproxy.untilReady(2);
    const stopLoad = startLoad(haproxy.url);
    for (let restart = 0; restart < restarts; restart += 1) {
      const index = restart % 2;
      await stopGatewayProcess(gateways[index] as RunningProcess);
      gateways[index] = await startGatewayProcess(ports[index] as number, env);
      await haproxy.untilReady(2);
      await untilServing(haproxy.url);
    }
    const load = await stopLoad();
    const [econ, eresp] = [await haproxy.count('econ'), await haproxy.count('eresp')];
    const [wretr, wredis] = [await haproxy.count('wretr'), await haproxy.count('wredis')];
    return { restarts, ...load, econ, eresp, wretr, wredis };
  } finally {
    for (const { child } of gateways) child.kill('SIGKILL');
  }
}

/** Resolves when further requests have been answered, so that a restart meets a server under load. */
async function untilServing(url: string): Promise<void> {
  for (let answers = 0; answers < answersBetween; answers += 1) await (await fetch(`${url}/livez`)).arrayBuffer();
}
