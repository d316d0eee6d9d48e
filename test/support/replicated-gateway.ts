import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Gateway } from '../../src/gateway.ts';
import { type HttpServer, startHttpServer } from '../../src/http/server.ts';
import type { BuildOptions } from './build-gateway.ts';
import { startForward } from './forward.ts';
import { startLoadBalancer } from './haproxy.ts';
import { type RedisServer, startRedis } from './redis.ts';

/**
 * Starts several gateways with one Redis behind HAProxy, which take the place of one gateway in `npm run test:replicas`: each
 * request reaches the next gateway. They share the upstream client and the credentials of their options, so that a test
 * counts one login.
 *
 * @param build builds one of them
 * @returns the first of them, whose `fetch` sends to HAProxy; its `listener` is its own
 */
export async function startReplicatedGateway(
  count: number,
  { env, ...options }: BuildOptions,
  build: (options: BuildOptions) => Gateway,
): Promise<Gateway> {
  const redis = await startRedis();
  const network = await startForward(redis.address);
  const key = randomBytes(32).toString('base64');
  const shared = {
    ...{ VALKEY_URL: `redis://127.0.0.1:${network.port}`, CURSOR_KEYS: key },
    ...(env?.['UPSTREAM_URL'] === undefined && { SESSION_KEYS: key }),
    ...env,
  };
  const gateways = Array.from({ length: count }, () => build({ ...options, env: shared }));
  const [first] = gateways;
  if (first === undefined) throw new Error('There is no gateway without one.');
  await waitForConnections(redis, count);
  const servers = await Promise.all(gateways.map(({ listener }) => startHttpServer(listener, '127.0.0.1', 0)));
  const balancer = await startLoadBalancer(servers.map(({ url }) => url));

  const overrides = {
    async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
      const request = new Request(input, init);
      const { pathname, search } = new URL(request.url);
      const { method, headers, signal } = request;
      const body = method === 'GET' || method === 'HEAD' ? {} : { body: await request.arrayBuffer() };
      return fetch(`${balancer.url}${pathname}${search}`, { method, headers, signal, redirect: 'manual', ...body });
    },
    async loadDocuments() {
      const problems = await Promise.all(gateways.map((gateway) => gateway.loadDocuments()));
      return problems[0] ?? [];
    },
    async close() {
      await Promise.all(servers.map((server: HttpServer) => server.stop(0)));
      for (const gateway of gateways) await gateway.close();
      await balancer.close();
      await network.close();
      await redis.close();
    },
  };
  return new Proxy(first, {
    get: (target, name) => (name in overrides ? Reflect.get(overrides, name) : Reflect.get(target, name)),
  });
}

/** Waits until each gateway has sent a command over its connection: before that, its stores keep nothing. */
async function waitForConnections(redis: RedisServer, count: number): Promise<void> {
  for (let times = 0; times < 500; times += 1) {
    const clients = String(await redis.call('CLIENT', 'LIST'));
    if (clients.split('cmd=info').length > count) return;
    await wait(10);
  }
  throw new Error('The gateways do not connect to Redis.');
}
