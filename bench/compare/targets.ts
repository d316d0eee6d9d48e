import { randomBytes } from 'node:crypto';
import { compiledGateway } from './compile-cache.ts';
import { freePort, type Pinned, startPinned, targetCore } from './pinned-process.ts';
import { isServing } from './requests.ts';
import type { Workload } from './workloads.ts';

/** Something that answers the workloads. */
export type Target = {
  name: string;
  title: string;
  /** The script that starts it, from the root of the repository. */
  script: string;
  /** The packages that it is made of, whose versions matter. */
  packages: readonly string[];
  env?: (workload: Workload) => Readonly<Record<string, string>>;
};

const peer = (name: string, title: string, packages: readonly string[]): Target => ({
  ...{ name, title, packages },
  script: `bench/peers/${name}.mjs`,
});

export const targets: readonly Target[] = [
  {
    name: 'contactgraph',
    title: '**Contactgraph**',
    script: 'src/main.ts',
    packages: [],
    env: ({ cached, maxPageSize }) => ({
      AUTH_MODE: 'passthrough',
      CURSOR_KEYS: randomBytes(32).toString('base64'),
      MAX_PAGE_SIZE: String(maxPageSize),
      NODE_COMPILE_CACHE: compiledGateway(),
      ...(cached ? {} : { CACHE_BYTES: '0' }),
    }),
  },
  peer('floor', 'fair floor: node:http, undici, no GraphQL', ['undici']),
  peer('jit', 'graphql-jit on bare node:http', ['graphql-jit', 'graphql', 'undici']),
  peer('yoga', 'graphql-yoga, dataloader, undici', ['graphql-yoga', 'dataloader']),
  peer('apollo', 'Apollo Server, datasource-rest', ['@apollo/server', '@apollo/datasource-rest']),
  peer('mercurius', 'Mercurius with JIT, undici', ['mercurius', 'fastify']),
  peer('hive', 'Hive Gateway, OpenAPI handler', ['@graphql-hive/gateway', '@omnigraph/openapi']),
  peer('tailcall', 'Tailcall (Rust)', ['@tailcallhq/core-linux-x64-gnu']),
];

export async function startTarget(target: Target, workload: Workload, upstreamUrl: string): Promise<Pinned> {
  const port = await freePort();
  return startPinned({
    ...{ name: target.name, core: targetCore, args: [target.script], port },
    env: { PORT: String(port), UPSTREAM_URL: upstreamUrl, ...target.env?.(workload) },
    isReady: () => isServing(port),
  });
}
